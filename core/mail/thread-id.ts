import { createHash } from 'node:crypto';

/** RFC 5322 §2.1.1: a line has 998 characters at most, so no legitimate Message-ID is longer. */
const MAX_LENGTH = 998;

/** Prefixes that mailers of many languages put before the subject of a reply or a forwarded mail, in lower case. */
const ANSWERS = 're r aw antw antwort sv vs rif res odp ynt atb bls vá отв ответ απ השב رد 回复 回覆 答复 返信 답장';
const FORWARDS =
  'fw fwd i wg tr rv enc vb vl doorst pd ilt i̇lt tovább továbbítás yml πρθ пересл הועבר 转发 轉寄 転送 전달';

/** A prefix, a counter as in `Re[2]:`, `Re(2):` and `Re^2:`, and a colon, ASCII or fullwidth. */
const PREFIX = new RegExp(
  `^(${`${ANSWERS} ${FORWARDS}`.replaceAll(' ', '|')}) ?(\\[\\d{1,4}\\]|\\(\\d{1,4}\\)|\\^\\d{1,4})? ?[:：] ?`,
);

const FORWARD = new RegExp(`^\\[?(${FORWARDS.replaceAll(' ', '|')}) ?[:：]`);

/** The name of a list, `[orders]` (RFC 5256 §2.1). A tag with a digit is a ticket number, which tells threads apart. */
const LIST_TAG = /^\[[^\][\d]{1,60}\] ?/;

/** Maximum prefixes and tags to strip from one subject. */
const FRONT_LIMIT = 40;

interface Facts {
  id: string;
  subject: string | null;
  messageId: string | null;
  inReplyTo: string[];
  references: string[];
}

/**
 * What ties the mails of a conversation together: the first of References names its first mail (RFC 5322 §3.6.4);
 * without it, the mail that this one replies to. A reply that names no mail is tied to others by its subject, as
 * `subject:…`. Every other mail starts a new thread.
 */
export function threadIdOf(mail: Facts): string {
  const first =
    mail.references[0] ?? mail.inReplyTo[0] ?? subjectThread(mail.subject ?? '') ?? mail.messageId ?? mail.id;
  return first.length <= MAX_LENGTH ? first : createHash('sha256').update(first).digest('hex');
}

/** `Re:`, `AW:`, `Fwd:` … */
export function answersBySubject(subject: string): boolean {
  return baseSubject(subject).answers;
}

/** `Fwd:`, `WG:`, `TR:` … before anything else. */
export function forwardsBySubject(subject: string): boolean {
  return FORWARD.test(subject.slice(0, MAX_LENGTH).normalize('NFC').toLowerCase().trim());
}

/** The base subject when the subject is that of a reply; null otherwise. */
function subjectThread(subject: string): string | null {
  const { base, answers } = baseSubject(subject);
  return answers && base !== '' ? `subject:${base}` : null;
}

/**
 * What a subject is about, without what mailers and lists add (RFC 5256 §2.1), in lower case, and whether a mailer
 * added a prefix. Collapses blanks first: expressions with two optional runs of them take quadratic time.
 */
function baseSubject(subject: string): { base: string; answers: boolean } {
  const whole = subject.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
  let base = /^\[fwd?:/.test(whole) && whole.endsWith(']') ? whole.slice(1, -1) : whole;
  let answers = false;
  for (let i = 0; i < FRONT_LIMIT; i++) {
    const prefix = PREFIX.exec(base);
    const front = prefix ?? LIST_TAG.exec(base);
    if (front === null) break;
    answers ||= prefix !== null;
    base = base.slice(front[0].length);
  }
  return { base: base.trim(), answers };
}
