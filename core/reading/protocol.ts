import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentHead } from '../ports/mime-reader.ts';
import type { ObjectRef } from '../ports/object-store.ts';

/** `workerData` of a reader thread, which runs the same bundle as the function and checks for this at its start. */
export const READER_THREAD = 'mime-reader';

/** Bytes of mail in one message between the threads; the memory is transferred, not copied. */
export const BLOCK_BYTES = 64 * 1024;

/** Blocks in flight in one direction before the sender waits: the back-pressure between the threads. */
export const WINDOW_BLOCKS = 4;

/** Which reader: our own, or mailparser as a second, independent one that stores nothing. */
export type Reading = 'first' | 'second';

/**
 * Messages to the reader thread. One mail at a time; attachments are numbered, because they can nest while being
 * stored.
 */
export type ToReader =
  | { type: 'read'; reading: Reading; limits: MimeLimits }
  | { type: 'source'; bytes: Uint8Array }
  | { type: 'source-end' }
  | { type: 'attachment-taken'; attachment: number }
  | { type: 'attachment-stored'; attachment: number; place: ObjectRef };

/** Messages from the reader thread. */
export type FromReader =
  | { type: 'ready' }
  | { type: 'source-taken' }
  | { type: 'attachment'; attachment: number; head: AttachmentHead }
  | { type: 'attachment-bytes'; attachment: number; bytes: Uint8Array }
  | { type: 'attachment-end'; attachment: number }
  | { type: 'content'; content: MailContent }
  | { type: 'failed'; reason: string };
