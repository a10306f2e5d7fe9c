import { CR, LF, SPACE, TAB } from '../scan/bytes.ts';

export const PAD = 0x3d;
/** Instead of a value: white space, and characters without meaning in base64. */
export const SKIP = 0x40;
export const JUNK = 0x41;

/** Value of each byte as a base64 symbol (RFC 2045 §6.8), SKIP or JUNK. */
export const SYMBOLS = new Uint8Array(256).fill(JUNK);
for (const [value, symbol] of Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  SYMBOLS[symbol.charCodeAt(0)] = value;
}
for (const blank of [SPACE, TAB, LF, CR, 0x0b, 0x0c]) SYMBOLS[blank] = SKIP;
