import { createHash } from 'node:crypto';
import { MIME_LIMITS, type MimeLimits } from '../../../core/mail/limits.ts';
import type { MailContent } from '../../../core/mail/parsed-mail.ts';
import { type AttachmentSink, type MimeReader, NOT_STORED } from '../../../core/ports/mime-reader.ts';

export interface ReadResult {
  content: MailContent;
  /** Decoded bytes of each attachment, by partId. */
  stored: Map<string, Buffer>;
}

/** Reads one mail and keeps its attachments in memory. */
export async function readMail(
  reader: MimeReader,
  mail: string | Buffer | AsyncIterable<Buffer>,
  sink?: AttachmentSink,
  limits: MimeLimits = MIME_LIMITS,
): Promise<ReadResult> {
  const stored = new Map<string, Buffer>();
  const source = typeof mail === 'string' || Buffer.isBuffer(mail) ? inOne(Buffer.from(mail)) : mail;
  const content = await reader.read(source, sink ?? memorySink(stored), limits);
  return { content, stored };
}

export function memorySink(stored: Map<string, Buffer>): AttachmentSink {
  return async (head, content) => {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    if (stored.has(head.partId)) throw new Error(`part ${head.partId} was stored twice`);
    stored.set(head.partId, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { ...NOT_STORED, size: bytes.length, sha256, bucket: 'test', key: `attachments/test/${head.partId}` };
  };
}

export async function* inOne(mail: Buffer): AsyncGenerator<Buffer> {
  yield mail;
}
