import { createHash } from 'node:crypto';

/** RFC 5322 §2.1.1: a line has 998 characters at most, so no honest Message-ID is longer. */
const MAX_LENGTH = 998;

/** What mailers of many languages put before the subject of an answer or a forwarded mail, in lower case. */
const ANSWERS = 're r aw antw antwort sv vs rif res odp ynt atb bls vá отв ответ απ השב رد 回复 回覆 答复 返信 답장';
const FORWARDS =
  'fw fwd i wg tr rv enc vb vl doorst pd ilt i̇lt tovább továbbítás yml πρθ пересл הועבר 转发 轉寄 転送 전달';

/** One of them, a counter as in `Re[2]:`, `Re(2):` and `Re^2:`, and the colon, the Chinese one as well. */
const PREFIX = new RegExp(
  `^(${`${ANSWERS} ${FORWARDS}`.replaceAll(' ', '|')}) ?(\\[\\d{1,4}\\]|\\(\\d{1,4}\\)|\\^\\d{1,4})? ?[:：] ?`,
);

const FORWARD = new RegExp(`^\\[?(${FORWARDS.replaceAll(' ', '|')}) ?[:：]`);

/** The name of a list, `[orders]` (RFC 5256 §2.1). A tag with a digit is the number of a ticket: it tells threads apart. */
const LIST_TAG = /^\[[^\][\d]{1,60}\] ?/;

/** Prefixes and tags that are taken off one subject. */
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
  return baseSubject(subject).answers;
}

/** `Fwd:`, `WG:`, `TR:` … in front of all else. */
export function forwardsBySubject(subject: string): boolean {
  return FORWARD.test(subject.slice(0, MAX_LENGTH).normalize('NFC').toLowerCase().trim());
}

/** The base subject when the subject is one of an answer; null otherwise. */
function subjectThread(subject: string): string | null {
  const { base, answers } = baseSubject(subject);
  return answers && base !== '' ? `subject:${base}` : null;
}

/**
 * What a subject is about, without what mailers and lists add (RFC 5256 §2.1), in lower case, and whether a mailer put
 * something in front of it. Blanks are made one first: expressions with two optional runs of them take quadratic time.
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
