const EMPTY = Buffer.alloc(0);

/**
 * The bytes of a stream that were pushed and not yet taken. A chunk is used where it lies when nothing was left over
 * before it; what is left over is copied once into room that doubles, so that chunks of one byte cost linear time too.
 */
export class Window {
  #bytes: Buffer = EMPTY;
  /** Memory of our own behind `#bytes`, null while `#bytes` is somebody's chunk. */
  #room: Buffer | null = null;
  /** Where `#bytes` ends inside `#room`. */
  #filled = 0;
  #offset = 0;

  /** Everything not yet taken. Stays valid, and unchanged, after further pushes. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Bytes taken so far: the position of `bytes` in the stream. */
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
