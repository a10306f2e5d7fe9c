import type { MailContent } from '../../mail/parsed-mail.ts';
import { answersBySubject, forwardsBySubject } from '../../mail/thread-id.ts';
import { ATTRIBUTION_LINE, CUT_LINE } from './cut-line.ts';
import { quotingText } from './html-text.ts';
import {
  attributionLength,
  isCut,
  isPlain,
  isQuoted,
  isSignatureStart,
  markedAttributionLength,
  mayEndAttribution,
  NEAR,
} from './quote-lines.ts';

/** Characters of a body that are looked at: more is no answer that somebody typed. */
const BODY_LENGTH = 256 * 1024;

type Reply = NonNullable<MailContent['reply']>;
type Facts = Pick<MailContent, 'subject' | 'inReplyTo' | 'references' | 'text' | 'html'>;

/**
 * What is new in a mail that answers or forwards another: null for every other mail. email-reply-parser is not used:
 * 16 KB of lines like `Op a schreef b` take it many seconds, as its expressions span lines. This goes through the
 * lines once.
 */
export function readReply(mail: Facts): Reply | null {
  if (mail.inReplyTo.length === 0 && mail.references.length === 0 && !answersBySubject(mail.subject ?? '')) return null;
  const body = mail.text?.trim() ? mail.text : mail.html === null ? null : quotingText(mail.html.slice(0, BODY_LENGTH));
  if (body === null) return null;
  const reply = splitReply(body.slice(0, BODY_LENGTH));
  // Nobody answers with nothing: what is new stands where no mailer puts it, among what is quoted.
  return reply.text === '' && reply.quoted !== null && !forwardsBySubject(mail.subject ?? '') ? null : reply;
}

type Where = 'text' | 'quoted' | 'signature' | 'cut';

/** Each line belongs to one of the three; empty lines go with what stands before them. */
export function splitReply(body: string): Reply {
  const whole = body.includes('\r') ? body.replaceAll('\r\n', '\n') : body;
  const lines = whole.split('\n');
  const parts: Record<Exclude<Where, 'cut'>, string[]> = { text: [], quoted: [], signature: [] };
  let where: Where = 'text';
  /** Where the run of lines of one kind begins, and where the line does that is looked at. */
  let start = 0;
  let offset = 0;
  /** The next line that an attribution can end with. */
  let ending = -1;
  const endRun = () => {
    if (offset > start) parts[where === 'cut' ? 'quoted' : where].push(whole.slice(start, offset - 1));
    start = offset;
  };
  for (let at = 0; at < lines.length; ) {
    const attributed = lines[at] === ATTRIBUTION_LINE;
    if (attributed) {
      endRun();
      offset += ATTRIBUTION_LINE.length + 1;
      start = offset;
      at++;
    }
    if (ending < at) ending = nextEnding(lines, at);
    const line = lines[at] ?? '';
    // Most lines are prose with prose around them.
    const plain = !attributed && ending >= at + NEAR && isPlain(line);
    const length = attributed ? markedAttributionLength : attributionLength;
    const attribution: number = where === 'cut' || plain ? 0 : length(lines, at);
    const next: Where = plain ? plainly(where) : whereIs(lines, at, attribution, where);
    const mark = line === CUT_LINE;
    if (next !== where || mark) endRun();
    where = next;
    for (const end = at + Math.max(1, attribution); at < end; at++) offset += (lines[at]?.length ?? 0) + 1;
    if (mark) start = offset;
  }
  endRun();
  return { text: joined(parts.text) ?? '', quoted: joined(parts.quoted), signature: joined(parts.signature) };
}

function nextEnding(lines: readonly string[], from: number): number {
  for (let at = from; at < lines.length; at++) if (mayEndAttribution(lines[at] ?? '')) return at;
  return Number.POSITIVE_INFINITY;
}

const plainly = (before: Where): Where => (before === 'quoted' ? 'text' : before);

function whereIs(lines: readonly string[], at: number, attribution: number, before: Where): Where {
  if (before === 'cut') return 'cut';
  const line = lines[at] ?? '';
  if (line === '') return before;
  if (line === CUT_LINE || isCut(lines, at)) return 'cut';
  // Mailers that do not mark what they quote put it behind everything else.
  if (attribution > 0) return marksFollow(lines, at + attribution) ? 'quoted' : 'cut';
  if (isQuoted(line)) return 'quoted';
  if (isSignatureStart(lines, at)) return 'signature';
  return before === 'signature' || line.trim() === '' ? before : 'text';
}

function marksFollow(lines: readonly string[], at: number): boolean {
  return lines.slice(at, at + 3).some(isQuoted);
}

function joined(lines: readonly string[]): string | null {
  const text = lines.join('\n').trim();
  return text === '' ? null : text;
}
