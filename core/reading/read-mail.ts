import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import type { RawMail } from './raw-data.ts';
import { type ContentDeps, type ReadingOptions, readContent } from './read-content.ts';
import { withSecondReading } from './second-reading.ts';

/** The content of a mail; if its structure is defective, compared with an independent second reading. */
export async function readMail(
  deps: ContentDeps,
  raw: RawMail,
  storeAttachment: AttachmentStore,
  options: ReadingOptions,
): Promise<MailContent> {
  const first = await readContent(deps, raw, storeAttachment, options);
  return withSecondReading(deps, raw, first, options);
}
