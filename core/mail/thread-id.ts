import { createHash } from 'node:crypto';

/** RFC 5322 §2.1.1: a line has 998 characters at most, so no honest Message-ID is longer. */
const MAX_LENGTH = 998;

/**
 * What ties the mails of a conversation together: the first of References names its first mail (RFC 5322 §3.6.4);
 * without it, the mail this one answers; a mail that answers nothing starts a thread of its own.
 */
export function threadIdOf(mail: { id: string; messageId: string | null; inReplyTo: string[]; references: string[] }) {
  const first = mail.references[0] ?? mail.inReplyTo[0] ?? mail.messageId ?? mail.id;
  return first.length <= MAX_LENGTH ? first : createHash('sha256').update(first).digest('hex');
}
