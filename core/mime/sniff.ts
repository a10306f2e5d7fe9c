/** What a browser sniffs as HTML without a declared type (WHATWG MIME Sniffing §7.1), and HTML applications. */
const HTML =
  /^(?:<!doctype html|<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta|base|form|img|link|object|embed|input|span|hta:application)(?=[\s>/])|<!--)/i;
const SVG = /^<svg(?=[\s>/])/i;
/** What may precede the root of an XML document: its declaration, a comment, a document type. */
const PROLOG = /^(?:<\?[^>]{0,1000}>|<!--(?:(?!-->)[\s\S]){0,4000}-->|<!doctype(?! html)[^>]{0,4000}>)\s*/i;
const PROLOGS = 8;

/** First bytes to examine. */
const SNIFF_BYTES = 16 * 1024;

const ONENOTE = [
  // .one, and .onetoc2 ([MS-ONESTORE] 2.3.1, guidFileType).
  Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'),
  Buffer.from('a12ff43bd9ef764c9ee210ea5722765c', 'hex'),
];

/** Sector 16 of a disk image, after the type byte (ECMA-119 §8.1, ECMA-167 2/9.1). */
const VOLUME_AT = 0x8001;
const VOLUMES = ['CD001', 'BEA01', 'NSR02', 'NSR03'];

/** Types that need more than the first bytes, or that `file-type` does not know. Null for others. */
export function sniffType(start: Buffer): string | null {
  if (ONENOTE.some((guid) => start.subarray(0, 16).equals(guid))) return 'application/onenote';
  if (VOLUMES.includes(start.toString('latin1', VOLUME_AT, VOLUME_AT + 5))) return 'application/x-iso9660-image';
  return sniffMarkup(start);
}

/** HTML and SVG by the first element, in UTF-8 and in UTF-16 with its byte order mark. */
export function sniffMarkup(start: Buffer): 'text/html' | 'image/svg+xml' | null {
  let text = textOf(start.subarray(0, SNIFF_BYTES)).trimStart();
  for (let prologs = 0; prologs < PROLOGS; prologs++) {
    if (SVG.test(text)) return 'image/svg+xml';
    const prolog = PROLOG.exec(text)?.[0];
    if (prolog === undefined) break;
    text = text.slice(prolog.length);
  }
  return HTML.test(text) ? 'text/html' : null;
}

function textOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return start.toString('utf16le', 2);
  if (start[0] === 0xfe && start[1] === 0xff) {
    return Buffer.from(start.subarray(0, start.length & ~1))
      .swap16()
      .toString('utf16le', 2);
  }
  const text = start.toString('latin1');
  return text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
}
