import { TextDecoder } from 'node:util';
import { Pieces } from '../text/pieces.ts';

/** HZ-GB-2312 (RFC 1843): GB 2312 characters between `~{` and `~}`, written with seven bits. */
export function decodeHz(bytes: Buffer): string {
  const gbk = new TextDecoder('gbk');
  const text = bytes.toString('latin1');
  const result = new Pieces();
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('~{', at);
    result.add(ascii(text.slice(at, open === -1 ? text.length : open)));
    if (open === -1) break;
    const close = text.indexOf('~}', open + 2);
    const chinese = bytes.subarray(open + 2, close === -1 ? bytes.length : close);
    result.add(gbk.decode(chinese.map((byte) => (byte > 0x20 ? byte | 0x80 : byte))));
    at = close === -1 ? text.length : close + 2;
  }
  return result.text();
}

/** `~~` stands for a tilde, a tilde at the end of a line for nothing. */
function ascii(text: string): string {
  return text.replace(/~~|~\r?\n/g, (found) => (found === '~~' ? '~' : ''));
}
