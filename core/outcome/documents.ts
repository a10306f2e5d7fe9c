import { parsedKey } from '../mail/keys.ts';
import { type ParsedMail, parsedMailSchema } from '../mail/parsed-mail.ts';
import type { ObjectRef, ObjectStore, PutOptions } from '../ports/object-store.ts';
import { readJson } from './json.ts';

export const documentOf = (contentBucket: string, id: string): ObjectRef => ({
  bucket: contentBucket,
  key: parsedKey(id),
});

/** The document of a mail; null when there is none, or one that this version cannot read. */
export async function readDocument(store: ObjectStore, ref: ObjectRef): Promise<ParsedMail | null> {
  const stored = await store.get(ref);
  if (stored === null) return null;
  const decoded = parsedMailSchema.safeParse(await readJson(stored.body));
  return decoded.success ? decoded.data : null;
}

/**
 * Writes `mail` unless there is a document of its revision, or of a later one, already; returns the document that
 * stands. A mail that is parsed twice thus goes out with the same content both times.
 */
export async function keepDocument(store: ObjectStore, mail: ParsedMail, signal: AbortSignal): Promise<ParsedMail> {
  const body = Buffer.from(JSON.stringify(mail));
  const options: PutOptions = { contentType: 'application/json', signal };
  const { outcome } = await store.put(mail.document, body, { ...options, ifAbsent: true });
  if (outcome === 'created') return mail;
  const existing = await readDocument(store, mail.document);
  if (existing !== null && existing.revision >= mail.revision) return existing;
  await store.put(mail.document, body, options);
  return mail;
}
