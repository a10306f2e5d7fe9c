import type { MimeLimits } from '../mail/limits.ts';
import type { Attachment, MailContent } from '../mail/parsed-mail.ts';

/** What is known once its last byte is stored. */
export type AttachmentTail = Pick<Attachment, 'size' | 'sha256' | 'detectedType' | 'bucket' | 'key'>;

/** For an attachment that is not stored. */
export const NOT_STORED: AttachmentTail = { size: 0, sha256: '', detectedType: null, bucket: '', key: '' };

/** What is known about an attachment when its first byte is decoded. */
export type AttachmentHead = Omit<Attachment, keyof AttachmentTail | 'message'>;

/** For an attachment without any information of its own. */
export const bareHead = (partId: string): AttachmentHead => ({
  partId,
  parentPartId: null,
  filename: null,
  contentType: 'application/octet-stream',
  disposition: null,
  contentId: null,
  related: false,
});

/**
 * Consumes the decoded bytes of one attachment. The reader calls it for one attachment at a time and reads on only as
 * fast as `content` is consumed, which provides back-pressure. A chunk is valid only until the next one is requested,
 * because its memory is reused. A rejection ends the reading with that error.
 */
export type AttachmentSink = (head: AttachmentHead, content: AsyncIterable<Buffer>) => Promise<AttachmentTail>;

/**
 * Reads one mail as a stream. Never rejects because of the content of the mail: a hostile mail becomes content with
 * defects. It rejects when `source` or the sink fails.
 *
 * @param source the bytes of DATA, without the trace header, in chunks of any size
 */
export interface MimeReader {
  read(source: AsyncIterable<Buffer>, sink: AttachmentSink, limits: MimeLimits): Promise<MailContent>;
}
