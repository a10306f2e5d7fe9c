import { createHash } from 'node:crypto';
import type { AttachmentHead, AttachmentSink } from '../ports/mime-reader.ts';
import type { ObjectRef } from '../ports/object-store.ts';
import { sniffType } from './sniff.ts';

/** Stores one attachment and returns its location. */
export type AttachmentStore = (head: AttachmentHead, content: AsyncIterable<Buffer>) => Promise<ObjectRef>;

/** First bytes of an attachment for type detection: what the archive formats need (OOXML, OpenDocument). */
const SNIFF_BYTES = 64 * 1024;

/** A sink that counts, hashes and inspects the decoded bytes while `store` consumes them. */
export function describing(store: AttachmentStore): AttachmentSink {
  return async (head, content) => {
    const hash = createHash('sha256');
    const start: Buffer[] = [];
    let sniffed = 0;
    let size = 0;
    async function* observed(): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.length;
        if (sniffed < SNIFF_BYTES) {
          start.push(Buffer.from(chunk.subarray(0, SNIFF_BYTES - sniffed)));
          sniffed += chunk.length;
        }
        yield chunk;
      }
    }
    const place = await store(head, observed());
    return { ...place, size, sha256: hash.digest('hex'), detectedType: await detectType(Buffer.concat(start)) };
  };
}

/** Null when the bytes do not identify a type, such as plain text. */
async function detectType(start: Buffer): Promise<string | null> {
  if (start.length === 0) return null;
  const sniffed = sniffType(start);
  if (sniffed !== null) return sniffed;
  // Loaded for the first attachment: most mails have none.
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(start))?.mime ?? null;
}
