import type { BodyLines } from './body-lines.ts';
import { ATTRIBUTION_LINES, LABEL_LENGTH, MOBILE_STARTS, NOT_ASCII } from './prose-lines.ts';
import { alternatives, inAllLanguages } from './quote-languages.ts';

/**
 * Where a quoted mail begins. Each test examines a bounded number of lines of bounded length; the expressions have no
 * nested repetition.
 */

/** Characters of an attribution, which may be wrapped over some lines. */
const ATTRIBUTION_LENGTH = 400;
/** Lines of the header block that Outlook writes above a quote. */
const BLOCK_LINES = 10;
const SIGNATURE_LENGTH = 200;

const WROTE = new RegExp(`(?<!\\p{L})(${inAllLanguages('wrote')})(?!\\p{L})|のメ|が書き|写道|寫道|작성`, 'iu');
const OPENING = new RegExp(
  `^((${inAllLanguages('opens')})\\s|(在|于|於)|\\d{1,4}[./年-]\\s?\\d|(mon|tue|wed|thu|fri|sat|sun)\\w*[ ,.])`,
  'iu',
);
const ADDRESS = /[<(][^<>()@\s]{1,64}@[^<>()\s]{1,200}[>)]/;
/**
 * For languages that need no verb: `16.11.2026, 09:00, "Ann" <ann@example.org>:`, `16 Nov 2026, 09:00 by
 * ann@example.org:`
 */
const ENDS_WITH_ADDRESS =
  /(<[^<>@\s]{1,64}@[^<>\s]{1,200}>|\s(by|von|par|por|da|van|av|od|от)\s[^<>@\s]{1,64}@\S{1,200}?)\s?[:：]$/i;
const DATED = /\d{4}|\d{1,2}[:.]\d\d|@/;
const YEAR_AND_TIME =
  /\d{4}.{0,80}\d{1,2}[:.]\d\d|\d{1,2}[:.]\d\d.{0,80}\d{4}|\d{1,2}\.\d{1,2}\.\d\d.{0,40}\d{1,2}[:.]\d\d/;
/** Zoho: `---- On Mon, 16 Nov 2026 09:00:00 +0100 Ann <ann@example.org> wrote ----` */
const IN_DASHES = /^-{3,10}\s.{10,390}\s-{3,10}$/;

const SEPARATOR = new RegExp(`^[-_ ]{2,40}\\s?(${inAllLanguages('separators')})\\s?:?\\s?[-_ ]{2,40}$`, 'iu');
/** `Begin forwarded message:` of Apple's programs, without dashes. */
const FORWARDED =
  /^(begin forwarded message|anfang der weitergeleiteten (nachricht|e-mail)|début du message (transféré|réexpédié)|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (reencaminhada|encaminhada)|begin doorgestuurd bericht|vidarebefordrat brev|videresendt besked|начало переадресованного сообщения|开始转发的邮件|轉寄郵件)\s?[:：]$/iu;
/** The separator line of help desks: what is below it was not written by the person who replies. */
const ABOVE_THIS_LINE =
  /^(##-.{5,200}-##|[-—–=#*+~ ]{0,20}(please )?((reply|type your reply|write your reply|respond|enter your reply|antworten sie).{0,30} (above|oberhalb) .{0,20}(line|zeile)|répondre au-dessus de cette ligne|responda por encima de esta línea)[-—–=#*+~ .]{0,20})$/iu;

type Label = 'from' | 'subject' | 'field';
/** By label, without blanks. */
const LABELS = new Map<string, Label>([
  ...labelsOf('fields').map((label) => [label, 'field'] as const),
  ...labelsOf('subject').map((label) => [label, 'subject'] as const),
  ...labelsOf('from').map((label) => [label, 'from'] as const),
]);
const COLON = 0x3a;
const WIDE_COLON = 0xff1a;
const BAR = 0x7c;
const STAR = 0x2a;
/** A bar among the first characters precedes a label. */
const LABEL_INDENT = 4;

function labelsOf(kind: 'from' | 'subject' | 'fields'): string[] {
  return alternatives(kind).map((label) => label.replaceAll(' ', ''));
}

const MOBILE = new RegExp(`^\\s{0,8}(${inAllLanguages('signatures')})`, 'iu');
/** Without one of these, `Sent with` begins an ordinary sentence. */
const DEVICE =
  /i(phon|pad|os)|android|galaxy|samsung|huawei|xiaomi|pixel|blackberry|windows|outlook|yahoo|gmail|proton|superhuman|spark|aol|mail|smartphone|handy|mobil|telef|tablet|bluemail|typeapp|gmx|\bapp\b|posta|почт|手机|手機|邮箱|스마트폰/i;
const LINK = /<(?:https?|mailto):[^<>\s]{1,1000}>|\(\s?https?:[^()\s]{1,1000}\s?\)|\[https?:[^[\]\s]{1,1000}\]/gi;
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function isQuoted(line: string): boolean {
  // Most lines begin with a letter.
  const first = line.charCodeAt(0);
  return (first <= 0x3e || first > 0x7f) && /^\s{0,3}[>＞]/.test(line);
}

/** RFC 3676 §4.3, also without its trailing blank, or the line that phones and free mailers append after all others. */
export function isSignatureStart(lines: BodyLines, at: number): boolean {
  const line = lines.at(at);
  if (line === '--' || line === '-- ') return true;
  if (line.length > 2 * ATTRIBUTION_LENGTH || line === '') return false;
  const bare = line.includes(':') ? line.replace(LINK, '') : line;
  return bare.length <= SIGNATURE_LENGTH && isMobile(bare) && DEVICE.test(bare) && !isProse(lines.at(at + 1));
}

/** The expression runs only for lines that begin like one, because every line is tested. */
function isMobile(line: string): boolean {
  const start = line.trimStart().slice(0, 3).toLowerCase();
  return (MOBILE_STARTS.has(start) || NOT_ASCII.test(line)) && MOBILE.test(line);
}

/** Neither empty nor the beginning of something else: a program appends one line, or one in each of two languages. */
function isProse(line: string): boolean {
  return /^[a-zà-öø-ÿ]/i.test(line) && !/\d{4}|@/.test(line) && labelled(line) === null && !isMobile(line);
}

/** Whether everything from here on is quoted. */
export function isCut(lines: BodyLines, at: number): boolean {
  const line = lines.at(at).trim();
  if (line.length === 0 || line.length > ATTRIBUTION_LENGTH) return false;
  if (ABOVE_THIS_LINE.test(line)) return true;
  const first = line.charAt(0);
  if (first === '-' || first === '_') {
    return SEPARATOR.test(line) || (/^[_-]{5,}$/.test(line) && isHeaderBlock(lines, at + 1));
  }
  return isHeaderBlock(lines, at) || (isColon(line.charCodeAt(line.length - 1)) && FORWARDED.test(line));
}

/**
 * Outlook's `From: … Sent: … To: … Subject: …`, in any order: an author and two other fields of a mail. One of them
 * must be a subject or an address, because a journey also has `From: Berlin`, `To: Paris`, `Date: 3 May`.
 */
function isHeaderBlock(lines: BodyLines, at: number): boolean {
  const first = labelled(lines.at(at));
  if (first === null) return false;
  let fields = 0;
  let author = false;
  let ofMail = false;
  for (const line of lines.slice(at, at + BLOCK_LINES)) {
    const label = labelled(line);
    // The author's own text can begin with "To:"; a block that begins like that must consist of fields only.
    if (label === null && first !== 'from' && line.trim() !== '') return false;
    if (label === 'from') author = true;
    else if (label !== null) fields++;
    ofMail ||= label === 'subject' || (label !== null && line.slice(0, ATTRIBUTION_LENGTH).includes('@'));
    if (author && fields >= 2 && ofMail) return true;
  }
  return false;
}

function isColon(code: number): boolean {
  return code === COLON || code === WIDE_COLON;
}

/** `From: `, `*From:* `, `De : `, `发件人：` and NetEase's `| From | `. Hand-written, because every line is tested. */
function labelled(line: string): Label | null {
  const most = Math.min(line.length, LABEL_LENGTH);
  for (let at = 0; at < most; at++) {
    const mark = line.charCodeAt(at);
    if (!isColon(mark) && (mark !== BAR || at < LABEL_INDENT)) continue;
    // A URL has no blank after its colon.
    const next = line.charCodeAt(at + 1);
    if (mark !== WIDE_COLON && next > 0x20 && next !== STAR) return null;
    return (
      LABELS.get(
        line
          .slice(0, at)
          .toLowerCase()
          .replace(/[\s*|]/g, ''),
      ) ?? null
    );
  }
  return null;
}

/** Number of lines of the attribution that begins here, `On 16 Nov 2026, Ann wrote:`; 0 when none does. */
export function attributionLength(lines: BodyLines, at: number): number {
  const start = lines.at(at);
  if (start.startsWith('---') && IN_DASHES.test(start.trim())) return WROTE.test(start) && DATED.test(start) ? 1 : 0;
  // Finding its end is fast; the expressions run only for the few lines with such an end.
  for (let count = 1; count <= ATTRIBUTION_LINES; count++) {
    const line = lines.at(at + count - 1);
    if (isQuoted(line)) return 0;
    const last = line.charCodeAt(line.length - 1);
    if (last > 0x20 && last <= 0x7e && last !== 0x3a) continue;
    const shown = line.replace(DIRECTIONS, '').trimEnd();
    if (shown === '') return 0;
    if (/[:：]$/.test(shown)) return isAttribution(lines, at, count) ? count : 0;
  }
  return 0;
}

/** Number of lines of an attribution that the HTML marks: up to the quote, or to an empty line. */
export function markedAttributionLength(lines: BodyLines, at: number): number {
  let count = 0;
  while (count < ATTRIBUTION_LINES) {
    const line = lines.at(at + count);
    if (line.trim() === '' || isQuoted(line)) break;
    count++;
  }
  return count;
}

function isAttribution(lines: BodyLines, at: number, count: number): boolean {
  const whole = lines
    .slice(at, at + count)
    .map((line) => ` ${line.trim()}`)
    .join('');
  if (whole.length > 2 * ATTRIBUTION_LENGTH) return false;
  const text = whole.replace(LINK, '').replace(DIRECTIONS, '').trim();
  if (text.length > ATTRIBUTION_LENGTH) return false;
  if (ENDS_WITH_ADDRESS.test(text) && YEAR_AND_TIME.test(text)) return true;
  return WROTE.test(text) && DATED.test(text) && (OPENING.test(text) || ADDRESS.test(text) || YEAR_AND_TIME.test(text));
}
