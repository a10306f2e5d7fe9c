import { firstMailIdAt } from '../../core/mail/id.ts';
import { failedKey, parsedKey, RAW_PREFIX, rawKey } from '../../core/mail/keys.ts';
import type { ListedObject } from '../../core/ports/object-store.ts';

export const BUCKETS = { raw: 'raw-mail', content: 'mail-content' };

export interface ListedMail {
  id: string;
  /** LastModified of its raw object, milliseconds since 1970. */
  stored: number;
  outcome: 'parsed' | 'failed' | null;
}

/** An id the edge mints at that time; `n` distinguishes ids of the same millisecond. */
export const idAt = (time: number, n = 0): string =>
  firstMailIdAt(new Date(time)).slice(0, 16) + n.toString().padStart(10, '0');

/** A store that generates its listings while they are read. @param mails in the order of their ids */
export function listingsOf(mails: () => Iterable<ListedMail>) {
  return {
    async *list(bucket: string, { prefix = '', startAfter = '' } = {}): AsyncGenerator<ListedObject> {
      if (bucket === BUCKETS.raw && startAfter > `${RAW_PREFIX}9`) return;
      for (const { id, stored, outcome } of mails()) {
        const key = bucket === BUCKETS.raw ? rawKey(id) : outcome === 'failed' ? failedKey(id) : parsedKey(id);
        if (bucket === BUCKETS.content && outcome === null) continue;
        if (!key.startsWith(prefix) || key <= startAfter) continue;
        yield { key, size: 1, lastModified: new Date(stored) };
      }
    },
    head: async () => null,
    get: async () => null,
  };
}
