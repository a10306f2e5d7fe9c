/** Memory that a decoder writes into. */
export class OutputRoom {
  readonly #reuse: boolean;
  #room: Buffer = Buffer.alloc(0);

  /** @param reuse what was taken is free again when the next is taken */
  constructor(reuse: boolean) {
    this.#reuse = reuse;
  }

  /** At least `size` bytes, with anything in them. */
  take(size: number): Buffer {
    if (!this.#reuse) return Buffer.allocUnsafe(size);
    if (this.#room.length < size) this.#room = Buffer.allocUnsafeSlow(size);
    return this.#room;
  }
}
