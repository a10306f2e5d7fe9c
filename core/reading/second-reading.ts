import { MIME_LIMITS } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import { comparedWith, needsSecondReading, withoutAgreement } from '../mime/second-reading.ts';
import { type RawMail, readAgain } from './raw-data.ts';
import type { ContentDeps, ReadingOptions } from './read-content.ts';
import { ReadingStopped } from './supervised-read.ts';

/** Milliseconds of work that the second reading may take: mailparser needs minutes for some mails. */
const DEADLINE_MS = 3_000;

/**
 * A mail with structural defects is read by mailparser as well. Where the two do not agree about the parts, or the
 * second never ends, a scanner behind us may have seen another mail: the document says so.
 */
export async function withSecondReading(
  deps: ContentDeps,
  raw: RawMail,
  content: MailContent,
  options: ReadingOptions,
): Promise<MailContent> {
  if (!needsSecondReading(content)) return content;
  if (raw.size > MIME_LIMITS.secondReadingBytes) {
    return withoutAgreement(content, `the mail has more than ${MIME_LIMITS.secondReadingBytes} bytes`);
  }
  await raw.data.sha256();
  const data = await readAgain(deps.store, raw, options.signal);
  if (data === null) return withoutAgreement(content, 'the raw mail is gone');
  const deadlineMs = Math.min(DEADLINE_MS, options.deadlineMs);
  try {
    const second = await deps.read(data, storesNothing, {
      ...options,
      reading: 'second',
      limits: MIME_LIMITS,
      deadlineMs,
    });
    return comparedWith(content, second);
  } catch (error) {
    if (error instanceof ReadingStopped) return withoutAgreement(content, error.message);
    throw error;
  } finally {
    data.destroy();
  }
}

const storesNothing: AttachmentStore = () => Promise.reject(new Error('the second reading stores nothing'));
