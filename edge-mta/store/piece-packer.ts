/** Smaller pieces are copied: a separate buffer has an overhead of some 500 bytes. */
const SMALL_PIECE_BYTES = 4 * 1024;

/** Maximum size, in bytes, of a block for small pieces. */
const MAX_BLOCK_BYTES = 64 * 1024;

/**
 * Packs small pieces of a mail together, so that its memory is proportional to its size: a client that sends one byte
 * per TLS record would otherwise take some hundred times as much.
 */
export class PiecePacker {
  readonly #emit: (piece: Buffer) => void;
  #block: Buffer = Buffer.alloc(0);
  /** Emitted and filled lengths of the block. */
  #emitted = 0;
  #filled = 0;
  #bytes = 0;

  /** @param emit receives the same bytes in the same order, in pieces it may keep */
  constructor(emit: (piece: Buffer) => void) {
    this.#emit = emit;
  }

  add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (piece.length >= SMALL_PIECE_BYTES) {
      this.flush();
      this.#emit(piece);
      return;
    }
    for (let at = 0; at < piece.length; ) {
      if (this.#filled === this.#block.length) this.#startBlock();
      const copied = piece.copy(this.#block, this.#filled, at);
      this.#filled += copied;
      at += copied;
    }
  }

  /** Emits the remaining bytes. */
  flush(): void {
    if (this.#filled > this.#emitted) this.#emit(this.#block.subarray(this.#emitted, this.#filled));
    // Keep the rest of the block for later small pieces; otherwise each one between large pieces would take a block.
    this.#emitted = this.#filled;
  }

  /** A block is as large as the mail so far, so that a mail of one byte does not use the memory of a large one. */
  #startBlock(): void {
    this.flush();
    // Not from the pool of allocUnsafe, which stays in memory as long as any slice of it.
    this.#block = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#bytes, SMALL_PIECE_BYTES), MAX_BLOCK_BYTES));
    this.#emitted = 0;
    this.#filled = 0;
  }
}
