/** Decodes a charset with one character per byte; `table` has their UTF-16 codes. Linear. */
export function decodeSingleByte(bytes: Buffer, table: Uint16Array): string {
  const codes = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) codes[i] = table[bytes[i] ?? 0] ?? 0;
  return Buffer.from(codes.buffer).toString('utf16le');
}
