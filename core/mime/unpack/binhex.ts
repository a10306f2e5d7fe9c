import type { Unpacking } from './unpacked.ts';

const ALPHABET = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
const SKIP = 0x40;
/** Value of each byte as a symbol; SKIP for any other byte. */
const VALUES = new Uint8Array(256).fill(SKIP);
for (const [value, symbol] of Array.from(ALPHABET).entries()) VALUES[symbol.charCodeAt(0)] = value;
const REPEAT = 0x90;
/** Maximum output bytes per input byte: more is a bomb, not a file. */
const GROWTH = 8;

/**
 * BinHex 4.0 (RFC 1741 appendix A): the data fork of a Macintosh file. Its resource fork means nothing on other
 * systems.
 *
 * @param limitBytes maximum size of the result
 */
export function unpackBinhex(bytes: Buffer, limitBytes: number): Unpacking {
  const marker = bytes.indexOf('(This file must be converted with BinHex');
  const start = bytes.indexOf(':', marker === -1 ? 0 : marker + 40);
  const end = bytes.indexOf(':', start + 1);
  if (start === -1) return failed('it does not begin with ":"');
  const packed = symbols(bytes.subarray(start + 1, end === -1 ? bytes.length : end));
  const content = expand(packed, Math.min(bytes.length * GROWTH, limitBytes));
  const nameLength = content[0] ?? 0;
  const fields = 2 + nameLength;
  if (content.length < fields + 20) return failed('its header is truncated');
  const dataLength = content.readUInt32BE(fields + 10);
  const data = content.subarray(fields + 20, fields + 20 + dataLength);
  const name = content.toString('latin1', 1, 1 + nameLength);
  const files = [{ name, contentType: 'application/octet-stream', contentId: null, bytes: data }];
  return { files, problem: data.length < dataLength ? 'its data is truncated' : null };
}

function failed(problem: string): Unpacking {
  return { files: [], problem };
}

/** Six bits per character; white space and anything else between them is skipped. */
function symbols(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    const value = VALUES[byte] ?? SKIP;
    if (value === SKIP) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      result[length++] = bits >> count;
    }
  }
  return result.subarray(0, length);
}

/** Run lengths: a byte, 0x90 and the number of repetitions; 0x90 itself is written 0x90 0x00. */
function expand(packed: Buffer, limit: number): Buffer {
  const result = Buffer.allocUnsafe(limit);
  let length = 0;
  for (let i = 0; i < packed.length && length < limit; i++) {
    const byte = packed[i] ?? 0;
    if (byte !== REPEAT) {
      result[length++] = byte;
      continue;
    }
    const count = packed[++i] ?? 0;
    if (count === 0) result[length++] = REPEAT;
    else {
      const end = Math.min(limit, length + count - 1);
      result.fill(result[length - 1] ?? 0, length, end);
      length = end;
    }
  }
  return result.subarray(0, length);
}
