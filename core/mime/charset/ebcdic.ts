import { decodeSingleByte } from './single-byte.ts';

/** IBM037 (EBCDIC, US and Canada) as Latin-1, by code. Each code has a character of its own. */
const IBM037 = Buffer.from(
  'AAECA5wJhn+XjY4LDA0ODxAREhOdhQiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGiCg4uTg4ePl5/GiLjwoK3wm6err6O3u' +
    '7+zfISQqKTusLS/CxMDBw8XH0aYsJV8+P/jJysvIzc7PzGA6I0AnPSLYYWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLV+c3R1dnd4eXqhv9Dd' +
    '3q5eo6W3qae2vL2+W12vqLTXe0FCQ0RFRkdISa309vLz9X1KS0xNTk9QUVK5+/z5+v9c91NUVVZXWFlastTW0tPVMDEyMzQ1Njc4ObPb3Nnanw==',
  'base64',
);

/** Codes whose characters differ from IBM037. */
const DIFFERENCES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  ibm037: {},
  ibm1140: { 159: '€' },
  ibm500: { 74: '[', 79: '!', 90: ']', 95: '^', 176: '¢', 186: '¬', 187: '|' },
  ibm1047: { 95: '^', 173: '[', 176: '¬', 186: 'Ý', 187: '¨', 189: ']' },
};

const tables = new Map<string, Uint16Array>();

export function isEbcdic(name: string): boolean {
  return Object.hasOwn(DIFFERENCES, name);
}

/** @param name one of ibm037, ibm500, ibm1047, ibm1140 */
export function decodeEbcdic(bytes: Buffer, name: string): string {
  let table = tables.get(name);
  if (table === undefined) {
    table = Uint16Array.from(IBM037);
    for (const [code, character] of Object.entries(DIFFERENCES[name] ?? {}))
      table[Number(code)] = character.charCodeAt(0);
    tables.set(name, table);
  }
  return decodeSingleByte(bytes, table);
}
