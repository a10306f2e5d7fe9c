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

/** The document of a mail that stands. */
export interface KeptDocument {
  document: ParsedMail;
  /** Whether it has just been written: no earlier attempt can have sent it. */
  created: boolean;
}

/**
 * Writes `mail` unless there is a document of its revision, or of a later one, already; returns the document that
 * stands. A mail that is parsed twice thus goes out with the same content both times, be it at the same moment: an
 * older document is replaced only while it is the one that was read.
 *
 * A mail of several queues is marked open first: a function may be killed behind the document, and its event be lost.
 */
export async function keepDocument(store: ObjectStore, mail: ParsedMail, signal: AbortSignal): Promise<KeptDocument> {
  const [first, ...others] = mail.routes.map(({ name }) => queueDestination(name));
  if (first !== undefined && others.length > 0) {
    await markDeliveries(store, mail.document.bucket, mail, [first], 'open');
  }
  const body = Buffer.from(JSON.stringify(mail));
  let condition: Pick<PutOptions, 'ifAbsent' | 'ifMatch'> = { ifAbsent: true };
  // There are few rounds: a put fails only where another attempt is through, and its document has a later revision.
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
