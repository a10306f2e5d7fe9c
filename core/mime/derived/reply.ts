import type { MailContent } from '../../mail/parsed-mail.ts';
import { answersBySubject, forwardsBySubject } from '../../mail/thread-id.ts';
import { BodyLines } from './body-lines.ts';
import { ATTRIBUTION_LINE, CUT_LINE } from './cut-line.ts';
import { quotingText } from './html-text.ts';
import { ProseLines } from './prose-lines.ts';
import { attributionLength, isCut, isQuoted, isSignatureStart, markedAttributionLength } from './quote-lines.ts';

/** Characters of a body to examine: a typed reply is not longer. */
const BODY_LENGTH = 256 * 1024;
const QUOTE_MARK = 0x3e;

type Reply = NonNullable<MailContent['reply']>;
type Facts = Pick<MailContent, 'subject' | 'inReplyTo' | 'references' | 'text' | 'html'>;

/**
 * The new text of a mail that replies to or forwards another; null for every other mail. email-reply-parser is not
 * used: 16 KB of lines like `Op a schreef b` take it many seconds, because its expressions span lines. This code goes
 * through the lines once.
 */
export function readReply(mail: Facts): Reply | null {
  if (mail.inReplyTo.length === 0 && mail.references.length === 0 && !answersBySubject(mail.subject ?? '')) return null;
  const body = mail.text?.trim() ? mail.text : mail.html === null ? null : quotingText(mail.html.slice(0, BODY_LENGTH));
  if (body === null) return null;
  const reply = splitReply(body.slice(0, BODY_LENGTH));
  // Nobody replies with nothing: the new text is where no mailer puts it, within the quote.
  return reply.text === '' && reply.quoted !== null && !forwardsBySubject(mail.subject ?? '') ? null : reply;
}

type Where = 'text' | 'quoted' | 'signature' | 'cut';

/** Assigns each line to one of the three; empty lines go with what precedes them. */
export function splitReply(body: string): Reply {
  const text = body.includes('\r') ? body.replaceAll('\r\n', '\n') : body;
  const lines = new BodyLines(text);
  const prose = new ProseLines(lines);
  const marked = text.includes(CUT_LINE) || text.includes(ATTRIBUTION_LINE);
  const parts: Record<Exclude<Where, 'cut'>, string[]> = { text: [], quoted: [], signature: [] };
  let where: Where = 'text';
  /** Start of the current run of lines of one kind. */
  let start = 0;
  const endRun = (line: number) => {
    const end = lines.start(line);
    if (end > start) parts[where === 'cut' ? 'quoted' : where].push(text.slice(start, end - 1));
    start = end;
  };
  // Only a mark of the HTML ends a cut.
  for (let at = 0; at < lines.length && (where !== 'cut' || marked); ) {
    const attributed = marked && lines.at(at) === ATTRIBUTION_LINE;
    if (attributed) {
      endRun(at);
      at++;
      start = lines.start(at);
    }
    const before: Where = where;
    const seen: Where | null = atFirstSight(lines, prose, at, before, attributed);
    const length = attributed ? markedAttributionLength : attributionLength;
    const attribution: number = seen === null ? length(lines, at) : 0;
    const next: Where = seen ?? whereIs(lines, at, attribution, before);
    const mark = marked && lines.at(at) === CUT_LINE;
    if (next !== before || mark) endRun(at);
    where = next;
    at += Math.max(1, attribution);
    if (mark) start = lines.start(at);
  }
  endRun(lines.length);
  return { text: joined(parts.text) ?? '', quoted: joined(parts.quoted), signature: joined(parts.signature) };
}

/** The kind of a line that is cut, empty, marked as quoted or prose, as most are; null for others. */
function atFirstSight(
  lines: BodyLines,
  prose: ProseLines,
  at: number,
  before: Where,
  attributed: boolean,
): Where | null {
  if (before === 'cut') return 'cut';
  if (attributed) return null;
  const start = lines.start(at);
  if (lines.start(at + 1) === start + 1) return before;
  if (lines.text.charCodeAt(start) === QUOTE_MARK) return 'quoted';
  if (!prose.has(at)) return null;
  return before === 'quoted' ? 'text' : before;
}

function whereIs(lines: BodyLines, at: number, attribution: number, before: Where): Where {
  const line = lines.at(at);
  if (line === '') return before;
  if (line === CUT_LINE || isCut(lines, at)) return 'cut';
  // Mailers that do not mark quotes put them after everything else.
  if (attribution > 0) return marksFollow(lines, at + attribution) ? 'quoted' : 'cut';
  if (isQuoted(line)) return 'quoted';
  if (isSignatureStart(lines, at)) return 'signature';
  return before === 'signature' || line.trim() === '' ? before : 'text';
}

function marksFollow(lines: BodyLines, at: number): boolean {
  return lines.slice(at, at + 3).some(isQuoted);
}

function joined(lines: readonly string[]): string | null {
  const text = lines.join('\n').trim();
  return text === '' ? null : text;
}
