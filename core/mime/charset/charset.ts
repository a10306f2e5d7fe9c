import { TextDecoder } from 'node:util';

import { LF } from '../scan/bytes.ts';
import { decodeEbcdic, isEbcdic } from './ebcdic.ts';
import { decodeHz } from './hz.ts';
import { decodeIso2022 } from './iso-2022.ts';
import { NATIVE_LABELS } from './native-labels.ts';
import { decodeWindows1252 } from './windows-1252.ts';

/** A charset that can be decoded. `name` is what the document reports as used. */
export interface Charset {
  name: string;
  decode(bytes: Buffer): string;
}

export const UTF_8: Charset = { name: 'utf-8', decode: (bytes) => withoutMark(bytes.toString('utf8')) };
export const US_ASCII: Charset = { name: 'us-ascii', decode: (bytes) => bytes.toString('latin1') };
/** Also for what mail calls ISO-8859-1: text contains no C1 control characters, but does contain typographic quotes. */
export const WINDOWS_1252: Charset = { name: 'windows-1252', decode: decodeWindows1252 };

/** Names that TextDecoder does not know, or that mean something else in mail. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['utf8', 'utf-8'],
  ['x-utf-8', 'utf-8'],
  ['utf-8-mac', 'utf-8'],
  ['cp65001', 'utf-8'],
  ['usascii', 'us-ascii'],
  ['ascii', 'us-ascii'],
  ['iso-646-us', 'us-ascii'],
  ['iso646-us', 'us-ascii'],
  ['ansi-x3.4-1968', 'us-ascii'],
  ['ansi-x3.4-1986', 'us-ascii'],
  ['iso-8859-1', 'windows-1252'],
  ['iso8859-1', 'windows-1252'],
  ['iso88591', 'windows-1252'],
  ['latin-1', 'windows-1252'],
  ['latin1', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['cp819', 'windows-1252'],
  ['cp932', 'shift_jis'],
  ['mskanji', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['cp950', 'big5'],
  ['ks-c-5601', 'euc-kr'],
  ['ks-c-5601-1987', 'euc-kr'],
  ['iso-10646-ucs-2', 'utf-16be'],
  ['ucs-2', 'utf-16be'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['x-unicode-2-0-utf-7', 'utf-7'],
  ['cp-850', 'cp850'],
]);

/** Maximum characters of a label. */
const LABEL_LENGTH = 80;

/** Bytes that iconv-lite decodes at a time. */
const PIECE_BYTES = 16 * 1024;

type Iconv = typeof import('iconv-lite');
let iconv: Iconv | null = null;
/** By label as written. Strangers choose the labels, so their number is limited, and unknown ones are not cached. */
const known = new Map<string, Charset>();
const CACHE_LIMIT = 1_000;

/**
 * The decoder for a charset name as written in a mail; null for an unknown name. Names that need iconv-lite are unknown
 * until `loadCharsets` has been awaited for them.
 */
export function charsetOf(label: string): Charset | null {
  const seen = known.get(label);
  if (seen !== undefined) return seen;
  if (label.length > LABEL_LENGTH) return null;
  const found = build(normalLabel(label));
  if (found !== null && known.size < CACHE_LIMIT) known.set(label, found);
  return found;
}

/** Loads iconv-lite (10 ms) when one of these names needs it; null when none does, which is nearly always the case. */
export function loadCharsets(labels: Iterable<string>): Promise<void> | null {
  if (iconv !== null) return null;
  for (const label of labels) if (charsetOf(label) === null) return loadIconv();
  return null;
}

async function loadIconv(): Promise<void> {
  iconv = (await import('iconv-lite')).default;
  // Its list of encodings exists only after the first lookup.
  iconv.getCodec('utf8');
}

function normalLabel(label: string): string {
  const bare = label
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$|\*.*$|\/\/.*$/gs, '');
  const dashed = bare.replaceAll('_', '-');
  return ALIASES.get(dashed) ?? (NATIVE_LABELS.has(bare) ? bare : dashed);
}

function build(name: string): Charset | null {
  if (name === UTF_8.name) return UTF_8;
  if (name === US_ASCII.name) return US_ASCII;
  if (name === WINDOWS_1252.name) return WINDOWS_1252;
  if (/^(csiso|iso-?)2022-?(jp|kr|cn)/.test(name)) return { name, decode: decodeIso2022 };
  if (name === 'hz-gb-2312' || name === 'hz') return { name: 'hz-gb-2312', decode: decodeHz };
  const ebcdic = name
    .replace(/^(ibm|cp|ebcdic-cp-|csibm|ccsid)-?0*(?=37|500|1047|1140)/, 'ibm')
    .replace('ibm37', 'ibm037');
  if (isEbcdic(ebcdic)) return { name: ebcdic, decode: (bytes) => decodeEbcdic(bytes, ebcdic) };
  for (const candidate of [
    name,
    name.replace(/^x-/, ''),
    name.replace(/^(cp|win|windows)-?(125\d|874)$/, 'windows-$2'),
  ]) {
    if (NATIVE_LABELS.has(candidate)) return native(candidate);
  }
  return iconv === null ? null : withIconv(iconv, name);
}

function native(label: string): Charset {
  const decoder = new TextDecoder(label);
  return { name: decoder.encoding, decode: (bytes) => decoder.decode(bytes) };
}

/** What iconv-lite removes from a name before the lookup: the year of `iso_8859-1:1987`, and punctuation. */
const IGNORED_IN_NAMES = /:\d{4}$|[^0-9a-z]/g;

function withIconv({ decode, encodings, getDecoder }: Iconv, name: string): Charset | null {
  // `encodingExists` of iconv-lite answers by an exception, which costs as much as hundreds of names in this list.
  if (
    encodings === null ||
    !Object.hasOwn(encodings, name.replace(IGNORED_IN_NAMES, '')) ||
    /^(base64|hex|binary|-internal)$/.test(name)
  )
    return null;
  return {
    name,
    decode: (bytes) => (bytes.length <= PIECE_BYTES ? decode(bytes, name) : inPieces(getDecoder(name), bytes)),
  };
}

/**
 * iconv-lite appends character by character, which takes dozens of bytes for each until the text is flattened: a long
 * text is built in pieces, each flattened. A piece ends with a line if possible: iconv-lite 0.7.3 reads a `+` into
 * UTF-7 whose shift sequence is cut in two.
 */
function inPieces(decoder: ReturnType<Iconv['getDecoder']>, bytes: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const most = bytes.subarray(at, at + PIECE_BYTES);
    const lines = most.lastIndexOf(LF) + 1;
    const piece = lines === 0 ? most : most.subarray(0, lines);
    pieces.push(Buffer.from(decoder.write(piece), 'utf16le'));
    at += piece.length;
  }
  pieces.push(Buffer.from(decoder.end() ?? '', 'utf16le'));
  return Buffer.concat(pieces).toString('utf16le');
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
