const EMPTY = Buffer.alloc(0);

/**
 * The pushed bytes of a stream that were not taken yet. A chunk is used in place when nothing was left over before it;
 * leftovers are copied once into a buffer that doubles, so that chunks of one byte take linear time too.
 */
export class Window {
  #bytes: Buffer = EMPTY;
  /** Our own memory behind `#bytes`; null while `#bytes` is a chunk of the caller. */
  #room: Buffer | null = null;
  /** End of `#bytes` within `#room`. */
  #filled = 0;
  #offset = 0;

  /** Everything not yet taken. Stays valid, and unchanged, after further pushes. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Bytes taken so far: the stream position of `bytes`. */
  get offset(): number {
    return this.#offset;
  }

  push(chunk: Buffer): void {
    const left = this.#bytes.length;
    if (left === 0) {
      this.#bytes = chunk;
      this.#room = null;
      return;
    }
    if (this.#room === null || this.#room.length - this.#filled < chunk.length) {
      const room = Buffer.allocUnsafeSlow(2 * (left + chunk.length));
      room.set(this.#bytes, 0);
      this.#room = room;
      this.#filled = left;
    }
    this.#room.set(chunk, this.#filled);
    this.#filled += chunk.length;
    this.#bytes = this.#room.subarray(this.#filled - left - chunk.length, this.#filled);
  }

  /** Takes the first `count` bytes. */
  take(count: number): Buffer {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    this.#offset += count;
    return taken;
  }
}
