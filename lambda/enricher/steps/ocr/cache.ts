import * as z from 'zod/mini';
import { type ReadDocument, readDocumentSchema } from '../../../../core/mail/enrichment-schema.ts';
import { ocrCacheKey } from '../../../../core/mail/keys.ts';
import { readJson } from '../../../../core/outcome/json.ts';
import type { ObjectRef, ObjectStore } from '../../../../core/ports/object-store.ts';
import type { Work } from '../../runner.ts';

/** Increase it when the same document would be read differently: earlier results are then ignored. */
const VERSION = 4;

const keptSchema = z.omit(readDocumentSchema, { partId: true });

/** What was read, whatever part of whatever mail it came with. */
export type ReadContent = Omit<ReadDocument, 'partId'>;

/** Results of a provider by the content of the attachment: the same scan is sent to ten people, and repeatedly. */
export class OcrCache {
  readonly #store: ObjectStore;
  readonly #provider: string;

  constructor(store: ObjectStore, provider: string) {
    this.#store = store;
    this.#provider = provider;
  }

  /** Null when there is no result, or one in another format. */
  async read(work: Work, sha256: string): Promise<ReadContent | null> {
    const stored = await this.#store.get(this.#refOf(work, sha256), { signal: work.signal });
    if (stored === null) return null;
    const kept = keptSchema.safeParse(await readJson(stored.body));
    return kept.success ? kept.data : null;
  }

  /** @param sha256 of the bytes that were read, computed by this project */
  async keep(work: Work, sha256: string, content: ReadContent): Promise<void> {
    const body = Buffer.from(JSON.stringify(content));
    await this.#store.put(this.#refOf(work, sha256), body, { contentType: 'application/json', signal: work.signal });
  }

  #refOf(work: Work, sha256: string): ObjectRef {
    return { bucket: work.mail.document.bucket, key: ocrCacheKey(this.#provider, VERSION, sha256) };
  }
}
