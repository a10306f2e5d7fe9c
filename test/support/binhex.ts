const ALPHABET = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';

/**
 * Encodes bytes as BinHex 4.0 (RFC 1741 appendix A). Runs must already be encoded; fork lengths and checksums are left
 * out.
 */
export function binhex(bytes: Buffer): string {
  const symbols: string[] = [];
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    for (count += 8; count >= 6; count -= 6) symbols.push(ALPHABET[(bits >> (count - 6)) & 0x3f] ?? '');
  }
  if (count > 0) symbols.push(ALPHABET[(bits << (6 - count)) & 0x3f] ?? '');
  return `(This file must be converted with BinHex 4.0)\r\n:${symbols.join('')}:\r\n`;
}
