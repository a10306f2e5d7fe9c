import { parsedKey } from '../mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../mail/parsed-mail.ts';
import type { ObjectRef, ObjectStore, PutOptions, StoredObject } from '../ports/object-store.ts';
import { markDeliveries, queueDestination } from './deliveries.ts';
import { readJson } from './json.ts';

export const documentOf = (contentBucket: string, id: string): ObjectRef => ({
  bucket: contentBucket,
  key: parsedKey(id),
});

/** The document of a mail; null when there is none, or one that this version cannot read. */
export async function readDocument(store: Pick<ObjectStore, 'get'>, ref: ObjectRef): Promise<ParsedMail | null> {
  const stored = await store.get(ref);
  return stored && decode(stored);
}

async function decode({ body }: StoredObject): Promise<ParsedMail | null> {
  const decoded = parsedMailSchema.safeParse(await readJson(body));
  return decoded.success ? decoded.data : null;
}

/** The stored document of a mail. */
export interface KeptDocument {
  document: ParsedMail;
  /** Whether this call wrote it: no earlier attempt can have published it. */
  created: boolean;
}

/**
 * Writes `mail` unless a document of its revision, or of a later one, is already stored; returns the stored document
 * (first writer wins). A mail that is parsed twice, even concurrently, is thus published with the same content both
 * times: an older document is replaced only while it is unchanged since it was read.
 *
 * A mail for several queues is marked open first: the function may be killed after the document, and its event be lost.
 */
export async function keepDocument(store: ObjectStore, mail: ParsedMail, signal: AbortSignal): Promise<KeptDocument> {
  const [first, ...others] = mail.routes.map(({ name }) => queueDestination(name));
  if (first !== undefined && others.length > 0) {
    await markDeliveries(store, mail.document.bucket, mail, [first], 'open');
  }
  const body = Buffer.from(JSON.stringify(mail));
  let condition: Pick<PutOptions, 'ifAbsent' | 'ifMatch'> = { ifAbsent: true };
  // Few rounds: a put fails only when another attempt has finished and stored a later revision.
  for (;;) {
    const options = { contentType: 'application/json', signal, ...condition };
    const { outcome } = await store.put(mail.document, body, options);
    if (outcome === 'created') return { document: mail, created: true };
    const stored = await store.get(mail.document, { signal });
    const standing = stored && (await decode(stored));
    if (standing !== null && standing.revision >= mail.revision) return { document: standing, created: false };
    condition = stored === null ? { ifAbsent: true } : { ifMatch: stored.etag };
  }
}
