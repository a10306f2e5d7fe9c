import { Pieces } from '../text/pieces.ts';
import { ATTRIBUTION_LINE, CUT_LINE } from './cut-line.ts';

/** Characters of one tag to examine. */
const TAG_LENGTH = 1_000;

const HIDDEN: ReadonlySet<string> = new Set(['script', 'style', 'head', 'title', 'template']);
const BLOCKS: ReadonlySet<string> = new Set(
  'address article blockquote br div dl dd dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table tr ul'.split(
    ' ',
  ),
);

/**
 * What mailers put around, or before, the mail that they quote: Outlook, Yahoo, Proton, Zoho, Spark, NetEase. Not
 * Gmail's
 * `gmail_quote`, which also surrounds text that quotes nothing: its attribution and blockquote are reliable.
 */
const QUOTE =
  /\b(yahoo_quoted|protonmail_quote|zmail_extra|OutlookMessageHeader|(?:x_)?divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|isForwardContent|isReplyContent|tutanota_quote|messageReplySection|mail_android_quote|bloop_original_html|missive_quote)\b|border-top:\s?solid #(E1E1E1|B5C4DF)/i;
/** What they put around the attribution line: Gmail, Thunderbird, Roundcube. */
const ATTRIBUTION = /\b(gmail_attr|moz-cite-prefix|reply-intro)\b/i;
const SIGNATURE =
  /\b(gmail_signature|moz-signature|protonmail_signature_block|ms-outlook-mobile-signature|messageSignatureSection)\b|id="?Signature\b/i;

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/iy;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * The text of an HTML body with quotes marked as in text mails: `>` before the lines of a blockquote, a special line
 * where a mailer marks the beginning of the quoted mail. Processes the HTML once, and no more of it than `length`
 * characters of text need.
 */
export function quotingText(html: string, length = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let size = 0;
  const breakLine = () => {
    const text = line.replace(/\s+/g, ' ').trim();
    size += text.length + 1;
    lines.push(text === '' ? '' : `${'> '.repeat(Math.min(depth, 5))}${text}`);
    line = '';
  };
  for (let at = 0; at < html.length && size < length; ) {
    const open = html.indexOf('<', at);
    line += unescaped(html.slice(at, open === -1 ? html.length : open));
    if (open === -1) break;
    const end = endOfTag(html, open);
    if (end === -1) break;
    at = end;
    const tag = html.slice(open, Math.min(end, open + TAG_LENGTH));
    const name = /^<\/?([a-z][a-z0-9]*)/i.exec(tag)?.[1]?.toLowerCase() ?? '';
    if (HIDDEN.has(name) && !tag.startsWith('</')) at = behindElement(html, at, name);
    if (BLOCKS.has(name) && (line !== '' || name === 'br')) breakLine();
    if (name === 'blockquote') depth = Math.max(0, depth + (tag.startsWith('</') ? -1 : 1));
    if (tag.startsWith('</')) continue;
    const mark = markOf(tag);
    if (mark === null) continue;
    if (line !== '') breakLine();
    lines.push(mark);
  }
  breakLine();
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

function markOf(tag: string): string | null {
  if (QUOTE.test(tag)) return CUT_LINE;
  if (ATTRIBUTION.test(tag)) return ATTRIBUTION_LINE;
  return SIGNATURE.test(tag) ? '-- ' : null;
}

/** The text of an HTML body, quotes marked with `>`. */
export function textOfHtml(html: string): string {
  const lines = quotingText(html).split('\n');
  return lines
    .filter((line) => line !== CUT_LINE && line !== ATTRIBUTION_LINE)
    .join('\n')
    .trim();
}

function endOfTag(html: string, open: number): number {
  const comment = html.startsWith('<!--', open);
  const close = html.indexOf(comment ? '-->' : '>', open);
  return close === -1 ? -1 : close + (comment ? 3 : 1);
}

function behindElement(html: string, at: number, name: string): number {
  const close = new RegExp(`</${name}`, 'gi');
  close.lastIndex = at;
  return close.exec(html)?.index ?? html.length;
}

/** One by one: `replace` with a function collects all matches first, which takes many times the memory of the text. */
function unescaped(text: string): string {
  let amp = text.indexOf('&');
  if (amp === -1) return text;
  const result = new Pieces();
  let at = 0;
  for (; amp !== -1; amp = text.indexOf('&', amp + 1)) {
    ENTITY.lastIndex = amp;
    const found = ENTITY.exec(text);
    if (found === null) continue;
    result.add(text.slice(at, amp));
    result.add(characterOf(found));
    at = amp + found[0].length;
  }
  result.add(text.slice(at));
  return result.text();
}

function characterOf([all, decimal, hex, name]: RegExpExecArray): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? all;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
