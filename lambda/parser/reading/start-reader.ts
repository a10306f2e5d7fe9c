import type { MessagePort } from 'node:worker_threads';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { MailparserReader } from '../../../core/mime/mailparser-reader.ts';
import { serveReads } from './reader-thread.ts';

/** Reads an empty mail first: whatever the reader loads when it is first used is there when a mail comes. */
export async function startReader(port: MessagePort): Promise<void> {
  const reader = new MailparserReader();
  await reader.read(nothing(), async () => Promise.reject(new Error('an empty mail has no attachment')), MIME_LIMITS);
  serveReads(port, reader);
}

async function* nothing(): AsyncGenerator<Buffer> {}
