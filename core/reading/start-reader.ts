import type { MessagePort } from 'node:worker_threads';
import { MIME_LIMITS } from '../mail/limits.ts';
import { StreamingMimeReader } from '../mime/reader.ts';
import type { MimeReader } from '../ports/mime-reader.ts';
import { serveReads } from './reader-thread.ts';

/** Reads an empty mail first, so that everything the reader loads on first use is ready when a mail arrives. */
export async function startReader(port: MessagePort): Promise<void> {
  const reader = new StreamingMimeReader();
  await reader.read(nothing(), async () => Promise.reject(new Error('an empty mail has no attachment')), MIME_LIMITS);
  serveReads(port, { first: async () => reader, second: loadMailparser });
}

async function loadMailparser(): Promise<MimeReader> {
  const { MailparserReader } = await import('../mime/mailparser-reader.ts');
  return new MailparserReader();
}

async function* nothing(): AsyncGenerator<Buffer> {}
