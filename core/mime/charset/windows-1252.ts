import { decodeSingleByte } from './single-byte.ts';

/** Characters of 0x80 to 0x9f; codes that Windows-1252 does not use stay as in Latin-1 (WHATWG Encoding). */
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte <= 0x9f ? HIGH.charCodeAt(byte - 0x80) : byte,
);

/** TextDecoder would work, but some versions of Node decode this charset as Latin-1. */
export function decodeWindows1252(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return /[\u0080-\u009f]/.test(text) ? decodeSingleByte(bytes, TABLE) : text;
}
