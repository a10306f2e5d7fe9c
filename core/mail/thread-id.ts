import { createHash } from 'node:crypto';

/** RFC 5322 §2.1.1: a line has 998 characters at most, so no honest Message-ID is longer. */
const MAX_LENGTH = 998;

/** What mailers put before the subject of an answer or a forwarded mail, with the counters and tags of some. */
const ANSWER_PREFIX =
  /^\s*(re|aw|antw|antwort|sv|vs|ref|rif|res|odp|ynt|fwd?|wg|tr|rv|enc|vb|doorst|回复|答复|转发|返信)\s*(\[\d{1,4}\]|\(\d{1,4}\))?\s*[:：]/i;

/** Prefixes that are taken off one subject. */
const PREFIX_LIMIT = 20;

interface Facts {
  id: string;
  subject: string | null;
  messageId: string | null;
  inReplyTo: string[];
  references: string[];
}

/**
 * What ties the mails of a conversation together: the first of References names its first mail (RFC 5322 §3.6.4);
 * without it, the mail this one answers. An answer that names no mail is tied to others like it by its subject, as
 * `subject:…`. Every other mail starts a thread of its own.
 */
export function threadIdOf(mail: Facts): string {
  const first =
    mail.references[0] ?? mail.inReplyTo[0] ?? subjectThread(mail.subject ?? '') ?? mail.messageId ?? mail.id;
  return first.length <= MAX_LENGTH ? first : createHash('sha256').update(first).digest('hex');
}

/** `Re:`, `AW:`, `Fwd:` … */
export function answersBySubject(subject: string): boolean {
  return ANSWER_PREFIX.test(subject);
}

/** The base subject (RFC 5256 §2.1) when the subject is one of an answer; null otherwise. */
function subjectThread(subject: string): string | null {
  let base = subject;
  for (let i = 0; i < PREFIX_LIMIT; i++) {
    const prefix = ANSWER_PREFIX.exec(base);
    if (prefix === null) break;
    base = base.slice(prefix[0].length);
  }
  const normalised = base.replace(/\s+/g, ' ').trim().toLowerCase().normalize('NFC');
  return base === subject || normalised === '' ? null : `subject:${normalised}`;
}
