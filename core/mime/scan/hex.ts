/** Value of each byte as a hexadecimal digit; -1 for the others. */
const DIGITS = new Int8Array(256).fill(-1);
for (const [value, digit] of Array.from('0123456789abcdef').entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Value of the two hexadecimal digits at `at`; negative when there are none. */
export function hexByte(bytes: Buffer, at: number): number {
  const high = DIGITS[bytes[at] ?? 0] ?? -1;
  const low = DIGITS[bytes[at + 1] ?? 0] ?? -1;
  return (high << 4) | low;
}
