/** Bytes below which a piece is copied: kept as a buffer of its own it costs some 500 bytes more than it holds. */
const SMALL_PIECE_BYTES = 4 * 1024;

/** Bytes of the largest block that small pieces are copied into. */
const MAX_BLOCK_BYTES = 64 * 1024;

/**
 * Copies small pieces of a mail together, so that the memory it takes is in proportion to its bytes: a client that
 * sends one byte in each TLS record would else take some hundred times as much.
 */
export class PiecePacker {
  readonly #emit: (piece: Buffer) => void;
  #block: Buffer = Buffer.alloc(0);
  /** Of the block: what was emitted, and what is filled. */
  #emitted = 0;
  #filled = 0;
  #bytes = 0;

  /** @param emit gets the same bytes in the same order, in pieces that it may keep */
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

  /** Emits what is still held back. */
  flush(): void {
    if (this.#filled > this.#emitted) this.#emit(this.#block.subarray(this.#emitted, this.#filled));
    // The rest of the block is for the next small pieces: with large ones between them each would else take a block.
    this.#emitted = this.#filled;
  }

  /** A block is as large as the mail so far, so that a mail of one byte does not take the memory of a large one. */
  #startBlock(): void {
    this.flush();
    // Not from the pool of allocUnsafe: it is kept whole while anything of it is.
    this.#block = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#bytes, SMALL_PIECE_BYTES), MAX_BLOCK_BYTES));
    this.#emitted = 0;
    this.#filled = 0;
  }
}
