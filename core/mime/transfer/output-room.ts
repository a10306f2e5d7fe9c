/** Output memory of a decoder. */
export class OutputRoom {
  readonly #reuse: boolean;
  #room: Buffer = Buffer.alloc(0);

  /** @param reuse whether each call of `take` may reuse the memory of the previous one */
  constructor(reuse: boolean) {
    this.#reuse = reuse;
  }

  /** At least `size` bytes, uninitialised. */
  take(size: number): Buffer {
    if (!this.#reuse) return Buffer.allocUnsafe(size);
    if (this.#room.length < size) this.#room = Buffer.allocUnsafeSlow(size);
    return this.#room;
  }
}
