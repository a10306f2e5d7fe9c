import { TextDecoder } from 'node:util';
import { Pieces } from '../text/pieces.ts';

const TILDE = /^~(~|\r?\n)/;

/** HZ-GB-2312 (RFC 1843): GB 2312 characters between `~{` and `~}`, in seven bits. */
export function decodeHz(bytes: Buffer): string {
  const gbk = new TextDecoder('gbk');
  const text = bytes.toString('latin1');
  const result = new Pieces();
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('~{', at);
    addAscii(result, text.slice(at, open === -1 ? text.length : open));
    if (open === -1) break;
    const close = text.indexOf('~}', open + 2);
    const chinese = bytes.subarray(open + 2, close === -1 ? bytes.length : close);
    result.add(gbk.decode(chinese.map((byte) => (byte > 0x20 ? byte | 0x80 : byte))));
    at = close === -1 ? text.length : close + 2;
  }
  return result.text();
}

/** `~~` is a tilde; a tilde at the end of a line is dropped. */
function addAscii(result: Pieces, text: string): void {
  let at = 0;
  for (let tilde = text.indexOf('~'); tilde !== -1; tilde = text.indexOf('~', at)) {
    const found = TILDE.exec(text.slice(tilde, tilde + 3))?.[0] ?? '~';
    result.add(text.slice(at, tilde) + (found === '~' || found === '~~' ? '~' : ''));
    at = tilde + found.length;
  }
  result.add(text.slice(at));
}
