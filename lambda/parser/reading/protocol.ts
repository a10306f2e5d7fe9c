import type { MimeLimits } from '../../../core/mail/limits.ts';
import type { MailContent } from '../../../core/mail/parsed-mail.ts';
import type { AttachmentHead } from '../../../core/ports/mime-reader.ts';
import type { ObjectRef } from '../../../core/ports/object-store.ts';

/** `workerData` of a reader thread: it runs the same bundle as the function, which asks for this at its start. */
export const READER_THREAD = 'mime-reader';

/** Bytes of mail in one message between the threads; their memory is handed over, not copied. */
export const BLOCK_BYTES = 64 * 1024;

/** Blocks under way in one direction before the sender waits: the back-pressure between the threads. */
export const WINDOW_BLOCKS = 4;

/** To the reader thread. One mail at a time. */
export type ToReader =
  | { type: 'read'; limits: MimeLimits }
  | { type: 'source'; bytes: Uint8Array }
  | { type: 'source-end' }
  | { type: 'attachment-taken' }
  | { type: 'attachment-stored'; place: ObjectRef };

/** From the reader thread. */
export type FromReader =
  | { type: 'source-taken' }
  | { type: 'attachment'; head: AttachmentHead }
  | { type: 'attachment-bytes'; bytes: Uint8Array }
  | { type: 'attachment-end' }
  | { type: 'content'; content: MailContent }
  | { type: 'failed'; reason: string };

/** Puts one attachment where it belongs and says where that is. */
export type AttachmentStore = (head: AttachmentHead, content: AsyncIterable<Buffer>) => Promise<ObjectRef>;
