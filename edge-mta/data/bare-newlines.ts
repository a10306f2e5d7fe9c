const LF = 0x0a;
const CR = 0x0d;

/**
 * Replaces each LF that no CR precedes by CRLF, in content that arrives in pieces.
 *
 * Needs at most twice the bytes of a piece, one allocation and two passes, whatever the content.
 */
export class BareNewlines {
  #afterCr = false;

  /** @param some whether the piece has any bare LF, as counted by its reader */
  normalized(piece: Buffer, some: boolean): Buffer {
    const afterCr = this.#afterCr;
    this.#afterCr = piece[piece.length - 1] === CR;
    return some ? withCrlf(piece, afterCr) : piece;
  }
}

function withCrlf(piece: Buffer, afterCr: boolean): Buffer {
  let bare = 0;
  for (let at = piece.indexOf(LF); at !== -1; at = piece.indexOf(LF, at + 1)) {
    if (!isCr(piece, at - 1, afterCr)) bare++;
  }
  const whole = Buffer.allocUnsafe(piece.length + bare);
  let written = 0;
  for (let at = 0; at < piece.length; at++) {
    const byte = piece[at] ?? 0;
    if (byte === LF && !isCr(piece, at - 1, afterCr)) whole[written++] = CR;
    whole[written++] = byte;
  }
  return whole;
}

const isCr = (piece: Buffer, at: number, afterCr: boolean): boolean => (at < 0 ? afterCr : piece[at] === CR);
