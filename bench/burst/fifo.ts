/** A FIFO of times: a growing ring buffer. */
export class Fifo {
  #ring = new Float64Array(1024);
  #first = 0;
  length = 0;

  push(value: number): void {
    if (this.length === this.#ring.length) this.#grow();
    this.#ring[(this.#first + this.length) % this.#ring.length] = value;
    this.length += 1;
  }

  /** NaN when empty. */
  shift(): number {
    if (this.length === 0) return Number.NaN;
    const value = this.#ring[this.#first] ?? Number.NaN;
    this.#first = (this.#first + 1) % this.#ring.length;
    this.length -= 1;
    return value;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#ring.length);
    for (let at = 0; at < this.length; at++) larger[at] = this.#ring[(this.#first + at) % this.#ring.length] ?? 0;
    this.#ring = larger;
    this.#first = 0;
  }
}
