import { isAscii, isUtf8 } from 'node:buffer';
import type { DefectCode } from '../../mail/defects.ts';
import { type Charset, charsetOf, loadCharsets, US_ASCII, UTF_8, WINDOWS_1252 } from './charset.ts';

export interface DecodedText {
  text: string;
  /** Name of the charset that was used, whatever was declared. */
  used: string;
  defect: DefectCode | null;
}

/** How much of an HTML text is searched for a charset: browsers look at the first 1,024 bytes, mailers write more. */
const META_BYTES = 4096;

/** A byte order mark says more than any declaration. */
const MARKS: readonly [string, string][] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xff\xfe', 'utf-16le'],
  ['\xfe\xff', 'utf-16be'],
];

/** Escape sequences that occur in no text of another charset: what ISO-2022-JP and -KR begin with. */
const ESCAPES: readonly [string, string][] = [
  ['\x1b$B', 'iso-2022-jp'],
  ['\x1b$@', 'iso-2022-jp'],
  ['\x1b$)C', 'iso-2022-kr'],
  ['\x1b(I', 'iso-2022-jp'],
];

/**
 * Text of a body part. A declared charset that is known is used, unless the bytes contradict it beyond doubt; without
 * one: byte order mark, HTML meta, UTF-8 when valid, ISO-2022 escapes, the charset used elsewhere in the mail,
 * Windows-1252.
 *
 * @param declared charset parameter (RFC 2046 §4.1.2), null when there is none
 * @param hint charset that the mail's headers use
 */
export async function decodeText(
  bytes: Buffer,
  declared: string | null,
  options: { html: boolean; hint: string | null },
): Promise<DecodedText> {
  const label = markOf(bytes) ?? declared ?? (options.html ? metaCharset(bytes) : null);
  await loadCharsets([label, options.hint].filter((name) => name !== null));
  const charset = label === null ? null : charsetOf(label);
  if (charset === null) {
    const guess = guessCharset(bytes, options.hint);
    return { ...decoded(bytes, guess), defect: label === null ? null : 'mime.charset_unknown' };
  }
  if (charset === US_ASCII) {
    const guess = guessCharset(bytes, options.hint);
    return { ...decoded(bytes, guess), defect: guess === US_ASCII ? null : 'mime.charset_invalid' };
  }
  if (charset === UTF_8 && !isUtf8(bytes)) {
    return { ...decoded(bytes, guessCharset(bytes, options.hint)), defect: 'mime.charset_invalid' };
  }
  if ((charset === UTF_8 || charset === WINDOWS_1252) && bytes.includes(0x1b)) {
    const escaped = escapesOf(bytes);
    if (escaped !== null) return { ...decoded(bytes, escaped), defect: 'mime.charset_invalid' };
  }
  const result = decoded(bytes, charset);
  const invalid = charset !== UTF_8 && result.text.includes('\ufffd');
  return { ...result, defect: invalid ? 'mime.charset_invalid' : null };
}

function decoded(bytes: Buffer, charset: Charset): { text: string; used: string } {
  return { text: charset.decode(bytes), used: charset.name };
}

/** UTF-8 that was cut or patched: more good sequences than broken ones. Other charsets make hardly any good ones. */
function isDamagedUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  let balance = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) balance--;
    else if (code > 0x7f) balance++;
  }
  return balance > 0;
}

/** The charset of bytes about which nothing is said. */
export function guessCharset(bytes: Buffer, hint: string | null): Charset {
  if (isAscii(bytes)) return (bytes.includes(0x1b) ? escapesOf(bytes) : null) ?? US_ASCII;
  if (isUtf8(bytes) || isDamagedUtf8(bytes)) return UTF_8;
  const hinted = hint === null ? null : charsetOf(hint);
  if (hinted !== null && hinted !== UTF_8 && hinted !== US_ASCII && !hinted.decode(bytes).includes('\ufffd'))
    return hinted;
  return WINDOWS_1252;
}

function escapesOf(bytes: Buffer): Charset | null {
  for (const [sequence, label] of ESCAPES) if (bytes.includes(sequence, 0, 'latin1')) return charsetOf(label);
  return null;
}

function markOf(bytes: Buffer): string | null {
  const start = bytes.toString('latin1', 0, Math.min(3, bytes.length));
  for (const [mark, label] of MARKS) if (start.startsWith(mark)) return label;
  return null;
}

/** `<meta charset=…>` or `<meta http-equiv=Content-Type content="…; charset=…">` or an XML declaration. */
function metaCharset(bytes: Buffer): string | null {
  const start = bytes.toString('latin1', 0, Math.min(META_BYTES, bytes.length));
  const found = /<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{2,40})/i.exec(start);
  return found?.[1] ?? /^\s{0,100}<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{2,40})/i.exec(start)?.[1] ?? null;
}
