import { TextDecoder } from 'node:util';

/** HZ-GB-2312 (RFC 1843): GB 2312 characters between `~{` and `~}`, written with seven bits. */
export function decodeHz(bytes: Buffer): string {
  const gbk = new TextDecoder('gbk');
  const parts = bytes.toString('latin1').split('~{');
  const first = ascii(parts[0] ?? '');
  return parts.slice(1).reduce((text, part) => {
    const close = part.indexOf('~}');
    const chinese = close === -1 ? part : part.slice(0, close);
    const raised = Buffer.from(chinese, 'latin1').map((byte) => (byte > 0x20 ? byte | 0x80 : byte));
    return text + gbk.decode(raised) + (close === -1 ? '' : ascii(part.slice(close + 2)));
  }, first);
}

/** `~~` stands for a tilde, a tilde at the end of a line for nothing. */
function ascii(text: string): string {
  return text.replace(/~~|~\r?\n/g, (found) => (found === '~~' ? '~' : ''));
}
