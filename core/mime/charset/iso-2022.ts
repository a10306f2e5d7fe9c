import { TextDecoder } from 'node:util';
import { Pieces } from '../text/pieces.ts';
import { decodeSingleByte } from './single-byte.ts';

/** A designated character set: how to write one of its characters in an encoding that TextDecoder knows. */
interface CharacterSet {
  bytes: 1 | 2;
  decode(pairs: Buffer): string;
}

const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;

const ASCII: CharacterSet = { bytes: 1, decode: (bytes) => bytes.toString('latin1') };
const ROMAN = singleByte((byte) => ({ 92: 0xa5, 126: 0x203e })[byte] ?? byte);
const KATAKANA = singleByte((byte) => 0xff61 + (byte & 0x7f) - 0x21);
const JIS_0208 = euc('euc-jp');
const JIS_0212: CharacterSet = { bytes: 2, decode: (pairs) => decoder('euc-jp').decode(withPrefix(pairs, 0x8f)) };
const GB_2312 = euc('gbk');
const KSC_5601 = euc('euc-kr');
/** CNS 11643 and any other designation: two bytes per character, which cannot be decoded here. */
const UNKNOWN: CharacterSet = { bytes: 2, decode: (pairs) => '\ufffd'.repeat(Math.ceil(pairs.length / 2)) };
const LATIN_1_HIGH: CharacterSet = { bytes: 1, decode: (bytes) => high(bytes).toString('latin1') };
const GREEK_HIGH: CharacterSet = { bytes: 1, decode: (bytes) => decoder('iso-8859-7').decode(high(bytes)) };

/**
 * What the bytes after ESC designate, and as which of the four sets: ISO-2022-JP (RFC 1468), -JP-1 (RFC 2237), -JP-2
 * (RFC 1554), -JP-3, -KR (RFC 1557), -CN (RFC 1922).
 */
const DESIGNATIONS: ReadonlyMap<string, { slot: 0 | 1 | 2; set: CharacterSet }> = new Map([
  ['(B', { slot: 0, set: ASCII }],
  ['(J', { slot: 0, set: ROMAN }],
  ['(H', { slot: 0, set: ROMAN }],
  ['(I', { slot: 0, set: KATAKANA }],
  [')I', { slot: 1, set: KATAKANA }],
  ['$@', { slot: 0, set: JIS_0208 }],
  ['$B', { slot: 0, set: JIS_0208 }],
  ['$(@', { slot: 0, set: JIS_0208 }],
  ['$(B', { slot: 0, set: JIS_0208 }],
  ['$(D', { slot: 0, set: JIS_0212 }],
  ['$(O', { slot: 0, set: JIS_0208 }],
  ['$(Q', { slot: 0, set: JIS_0208 }],
  ['$A', { slot: 0, set: GB_2312 }],
  ['$(A', { slot: 0, set: GB_2312 }],
  ['$(C', { slot: 0, set: KSC_5601 }],
  ['$)A', { slot: 1, set: GB_2312 }],
  ['$)C', { slot: 1, set: KSC_5601 }],
  ['$)E', { slot: 1, set: UNKNOWN }],
  ['$)G', { slot: 1, set: UNKNOWN }],
  ['$*H', { slot: 2, set: UNKNOWN }],
  ['.A', { slot: 2, set: LATIN_1_HIGH }],
  ['.F', { slot: 2, set: GREEK_HIGH }],
]);

/** Text in any charset of the ISO-2022 family. TextDecoder knows ISO-2022-JP only, iconv-lite none. Linear. */
export function decodeIso2022(bytes: Buffer): string {
  const sets: [CharacterSet, CharacterSet, CharacterSet] = [ASCII, ASCII, ASCII];
  let shift: 0 | 1 = 0;
  const text = new Pieces();
  let start = 0;
  const flush = (end: number) => {
    if (end > start) text.add(sets[shift].decode(bytes.subarray(start, end)));
  };
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] ?? 0;
    if (byte === ESC) {
      flush(i);
      if (bytes[i + 1] === 0x4e) {
        // ESC N: one character of the third set.
        text.add(sets[2].decode(bytes.subarray(i + 2, i + 2 + sets[2].bytes)));
        i += 2 + sets[2].bytes;
      } else {
        i += designate(bytes, i + 1, sets);
      }
    } else if (byte === SHIFT_OUT || byte === SHIFT_IN) {
      flush(i++);
      shift = byte === SHIFT_OUT ? 1 : 0;
    } else if (byte === 0x0a || byte === 0x0d) {
      // Every line ends in ASCII; designations of the second set persist.
      flush(i);
      text.add(String.fromCharCode(byte));
      sets[0] = ASCII;
      shift = 0;
      i++;
    } else if (byte >= 0xa1 && byte <= 0xdf && shift === 0 && sets[0].bytes === 1) {
      flush(i);
      text.add(KATAKANA.decode(bytes.subarray(i, i + 1)));
      i++;
    } else {
      i++;
      continue;
    }
    start = i;
  }
  flush(bytes.length);
  return text.text();
}

/** Applies the escape sequence after ESC; returns its total length. Of an unknown one only ESC is dropped. */
function designate(bytes: Buffer, at: number, sets: [CharacterSet, CharacterSet, CharacterSet]): number {
  for (const length of [2, 3]) {
    const found = DESIGNATIONS.get(bytes.toString('latin1', at, Math.min(at + length, bytes.length)));
    if (found === undefined) continue;
    sets[found.slot] = found.set;
    return 1 + length;
  }
  return 1;
}

const decoders = new Map<string, TextDecoder>();

function decoder(label: string): TextDecoder {
  const found = decoders.get(label) ?? new TextDecoder(label);
  decoders.set(label, found);
  return found;
}

/** @param codeOf the UTF-16 code of a byte's character */
function singleByte(codeOf: (byte: number) => number): CharacterSet {
  const table = Uint16Array.from({ length: 256 }, (_, byte) => codeOf(byte));
  return { bytes: 1, decode: (bytes) => decodeSingleByte(bytes, table) };
}

function euc(label: string): CharacterSet {
  return { bytes: 2, decode: (pairs) => decoder(label).decode(high(pairs)) };
}

function high(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    result[i] = byte > 0x20 ? byte | 0x80 : byte;
  }
  return result;
}

function withPrefix(pairs: Buffer, prefix: number): Buffer {
  const raised = high(pairs);
  const result = Buffer.allocUnsafe(Math.ceil(raised.length / 2) * 3);
  let length = 0;
  for (let i = 0; i < raised.length; i += 2) {
    result[length++] = prefix;
    result[length++] = raised[i] ?? 0;
    if (i + 1 < raised.length) result[length++] = raised[i + 1] ?? 0;
  }
  return result.subarray(0, length);
}
