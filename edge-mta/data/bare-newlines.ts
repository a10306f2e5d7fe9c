const LF = 0x0a;
const CR = 0x0d;

/**
 * Writes CRLF for each LF that no CR precedes, in content that comes in pieces.
 *
 * At most twice the bytes of a piece, in one allocation and two passes, whatever it holds.
 */
export class BareNewlines {
  #afterCr = false;

  /** @param some whether the piece has a bare LF at all, which its reader has counted already */
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
