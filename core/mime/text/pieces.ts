/** Pieces to join at a time: a list of all of them, or repeated concatenation, takes many times their length. */
const JOINED_AT_A_TIME = 4096;

/** Text that is built piece by piece. */
export class Pieces {
  readonly #joined: string[] = [];
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length === JOINED_AT_A_TIME) this.#join();
  }

  text(): string {
    this.#join();
    return this.#joined.length === 1 ? (this.#joined[0] ?? '') : this.#joined.join('');
  }

  #join(): void {
    this.#joined.push(this.#pieces.join(''));
    this.#pieces = [];
  }
}
