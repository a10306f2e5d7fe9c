import { firstMailIdAt, type MailId, mailIdTime } from '../../core/mail/id.ts';
import { mailIdOfOutcomeKey, PARSED_PREFIX, parsedKey } from '../../core/mail/keys.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

const FIRST_WINDOW_MS = 1_000;

/**
 * The newest ids of documents, newest first, without reading all keys: S3 lists oldest first and can begin anywhere, and
 * keys follow the time of their ids. Looks where the newest one is, then back from there in windows that grow.
 *
 * @param before only older ids than this
 */
export async function newestIds(
  store: Pick<ObjectStore, 'list'>,
  bucket: string,
  count: number,
  before: MailId | null,
): Promise<MailId[]> {
  const oldest = await firstAt(store, bucket, 0, before);
  if (oldest === null) return [];
  const from = mailIdTime(oldest).getTime();
  const newest = await newestTime(store, bucket, from, before);
  for (let window = FIRST_WINDOW_MS; ; window *= 4) {
    const start = Math.max(from, newest - window);
    const ids: MailId[] = [];
    for await (const id of idsSince(store, bucket, start)) {
      if (before !== null && id >= before) break;
      ids.push(id);
      if (ids.length > count) ids.shift();
    }
    if (ids.length === count || start === from) return ids.reverse();
  }
}

/** The last millisecond, but for a window, at which there is one. */
async function newestTime(
  store: Pick<ObjectStore, 'list'>,
  bucket: string,
  from: number,
  before: MailId | null,
): Promise<number> {
  let [there, behind] = [from, before === null ? Date.now() : mailIdTime(before).getTime()];
  while (behind - there > FIRST_WINDOW_MS) {
    const middle = Math.floor((there + behind) / 2);
    const found = await firstAt(store, bucket, middle, before);
    if (found === null) behind = middle;
    else there = Math.max(middle, mailIdTime(found).getTime());
  }
  return Math.max(there, behind);
}

/** The first id from a time on. */
async function firstAt(
  store: Pick<ObjectStore, 'list'>,
  bucket: string,
  time: number,
  before: MailId | null,
): Promise<MailId | null> {
  for await (const id of idsSince(store, bucket, time)) return before === null || id < before ? id : null;
  return null;
}

async function* idsSince(store: Pick<ObjectStore, 'list'>, bucket: string, time: number): AsyncGenerator<MailId> {
  // Without its suffix, so that a mail with the very first id of that time is behind it.
  const startAfter = parsedKey(firstMailIdAt(new Date(time))).replace(/\.json$/, '');
  for await (const { key } of store.list(bucket, { prefix: PARSED_PREFIX, startAfter })) {
    const id = mailIdOfOutcomeKey(key);
    if (id !== null) yield id;
  }
}
