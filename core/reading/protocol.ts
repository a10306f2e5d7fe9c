import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentHead } from '../ports/mime-reader.ts';
import type { ObjectRef } from '../ports/object-store.ts';

/** `workerData` of a reader thread: it runs the same bundle as the function, which asks for this at its start. */
export const READER_THREAD = 'mime-reader';

/** Bytes of mail in one message between the threads; their memory is handed over, not copied. */
export const BLOCK_BYTES = 64 * 1024;

/** Blocks under way in one direction before the sender waits: the back-pressure between the threads. */
export const WINDOW_BLOCKS = 4;

/** Whose reading: our own reader's, or mailparser's as a second, independent one that stores nothing. */
export type Reading = 'first' | 'second';

/** To the reader thread. One mail at a time; attachments are numbered, as one inside another is stored while it is. */
export type ToReader =
  | { type: 'read'; reading: Reading; limits: MimeLimits }
  | { type: 'source'; bytes: Uint8Array }
  | { type: 'source-end' }
  | { type: 'attachment-taken'; attachment: number }
  | { type: 'attachment-stored'; attachment: number; place: ObjectRef };

/** From the reader thread. */
export type FromReader =
  | { type: 'ready' }
  | { type: 'source-taken' }
  | { type: 'attachment'; attachment: number; head: AttachmentHead }
  | { type: 'attachment-bytes'; attachment: number; bytes: Uint8Array }
  | { type: 'attachment-end'; attachment: number }
  | { type: 'content'; content: MailContent }
  | { type: 'failed'; reason: string };
