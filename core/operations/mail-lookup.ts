import { posix } from 'node:path';
import { PermanentError } from '../mail/errors.ts';
import { isMailId, type MailId } from '../mail/id.ts';
import { mailIdOfOutcomeKey, mailIdOfRawKey, parsedKey, rawKey } from '../mail/keys.ts';
import type { Buckets } from '../outcome/mail-outcomes.ts';
import type { ObjectStore } from '../ports/object-store.ts';

const ID_LENGTH = 26;
/** Six characters of a ULID fix its time to 18 minutes: a search lists the keys of two hours at most. */
const SHORTEST_PREFIX = 6;
const SHOWN_MATCHES = 5;

/**
 * The one id that starts with `text`, in any case.
 *
 * @throws PermanentError `id.invalid`, `id.unknown` or `id.ambiguous`
 */
export async function findMailId(text: string, objects: ObjectStore, buckets: Buckets): Promise<MailId> {
  const prefix = text.toUpperCase();
  if (isMailId(prefix)) return prefix;
  if (prefix.length < SHORTEST_PREFIX || !isMailId(prefix.padEnd(ID_LENGTH, '0'))) {
    throw new PermanentError(
      'id.invalid',
      `"${text}" is not a mail id: give its ${ID_LENGTH} characters, or at least the first ${SHORTEST_PREFIX}`,
    );
  }
  const found = [...(await idsWithPrefix(prefix, objects, buckets))];
  const [id, another] = found;
  if (id === undefined) throw new PermanentError('id.unknown', `no mail has an id that starts with ${prefix}`);
  if (another === undefined) return id;
  const shown = found.slice(0, SHOWN_MATCHES).join(', ');
  throw new PermanentError(
    'id.ambiguous',
    `several mails start with ${prefix}: ${shown}${found.length > SHOWN_MATCHES ? ' …' : ''}`,
  );
}

/** Searches raw mails, which exist first, and documents, which foreign mails have under an id of ours. */
async function idsWithPrefix(prefix: string, objects: ObjectStore, buckets: Buckets): Promise<Set<MailId>> {
  const ids = new Set<MailId>();
  const ends = [prefix.padEnd(ID_LENGTH, '0'), prefix.padEnd(ID_LENGTH, 'Z')];
  const places = [
    { bucket: buckets.raw, keyOf: rawKey, idOf: mailIdOfRawKey },
    { bucket: buckets.content, keyOf: parsedKey, idOf: mailIdOfOutcomeKey },
  ];
  for (const { bucket, keyOf, idOf } of places) {
    const folders = new Set(ends.map((id) => posix.dirname(keyOf(id))));
    for (const folder of folders) {
      for await (const { key } of objects.list(bucket, { prefix: `${folder}/${prefix}` })) {
        const id = idOf(key);
        if (id !== null) ids.add(id);
      }
    }
  }
  return ids;
}
