import { randomUUID } from 'node:crypto';
import { CANARY_HEADER } from '../mail/canary.ts';
import { composeMail } from './compose-mail.ts';
import type { SmtpEnvelope } from './envelope-from-headers.ts';

export interface CanaryMail {
  envelope: SmtpEnvelope;
  /** As in documents, without angle brackets. */
  messageId: string;
  message: Buffer;
}

const TEXT = `This mail checks that a mail pipeline takes, stores and parses mail. A program sent it.
Consumers may ignore mails with the header field ${CANARY_HEADER}.
`;

/**
 * A mail that checks a pipeline. Its sender is the null reverse-path, so that nothing replies to it (RFC 3834 §2) and
 * no bounce comes back (RFC 5321 §4.5.5).
 */
export async function canaryMail(to: string, sentBy: 'doctor' | 'schedule'): Promise<CanaryMail> {
  const messageId = `${randomUUID()}@mail-pipeline.invalid`;
  const message = await composeMail({
    from: to,
    to: [to],
    subject: 'Canary mail of mail-pipeline',
    text: TEXT,
    messageId: `<${messageId}>`,
    headers: { [CANARY_HEADER]: sentBy, 'Auto-Submitted': 'auto-generated' },
  });
  return { envelope: { mailFrom: '', rcptTo: [to] }, messageId, message };
}
