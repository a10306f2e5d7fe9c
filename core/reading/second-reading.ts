import { MIME_LIMITS } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import { comparedWith, needsSecondReading, withoutAgreement } from '../mime/second-reading.ts';
import { type RawMail, readAgain } from './raw-data.ts';
import type { ContentDeps, ReadingOptions } from './read-content.ts';
import { ReadingStopped } from './supervised-read.ts';

/** Milliseconds for the second reading: mailparser needs minutes for some mails. */
const DEADLINE_MS = 3_000;

/**
 * Also reads a mail with structural defects with mailparser. If the two disagree about the parts, or the second never
 * ends, a scanner downstream may have seen another mail: the document says so.
 */
export async function withSecondReading(
  deps: ContentDeps,
  raw: RawMail,
  content: MailContent,
  options: ReadingOptions,
): Promise<MailContent> {
  if (!needsSecondReading(content)) return content;
  if (raw.size > MIME_LIMITS.secondReadingBytes) {
    return withoutAgreement(content, `the mail is larger than ${MIME_LIMITS.secondReadingBytes} bytes`);
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
