import { posix } from 'node:path';
import { firstMailIdAt } from '../mail/id.ts';
import { HELD_PREFIX, isMailKey, mailIdOfRawKey, RAW_PREFIX, RAW_SUFFIX, rawKey, SES_PREFIX } from '../mail/keys.ts';
import type { ListedObject, ObjectStore } from '../ports/object-store.ts';

/** Range of times at which mails were received; null leaves an end open. */
export interface TimeWindow {
  since: Date | null;
  /** Exclusive. */
  until: Date | null;
}

/** How foreign mails are listed: their keys say nothing about time, so a listing reads all of them, of any age. */
export interface ForeignWalk {
  /** Where to start among the mails of SES; the walk wraps around to there. Default the first. */
  sesFrom?: string;
  /** Called at every key; false ends the listing. Default until the end. */
  goOn?: () => boolean;
}

type Lists = Pick<ObjectStore, 'list'>;

/** Sorts before every key of our own, which continue with a year. */
const FIRST_OWN_KEYS = `${RAW_PREFIX}1`;
/** Sorts after every key of our own, which continue with a year. */
const BEHIND_OWN_KEYS = `${RAW_PREFIX}:`;
/** `0` is the character after `/`. */
const behind = (prefix: string): string => prefix.replace(/\/$/, '0');
const BEHIND_SES_KEYS = behind(SES_PREFIX);

/** Mails in our own folders, in the order of their ids; foreign mails there where their keys sort. */
export async function* ownFolders(store: Lists, bucket: string, window: TimeWindow): AsyncGenerator<ListedObject> {
  const first = firstMailIdAt(window.since ?? new Date(0));
  const end = window.until && firstMailIdAt(window.until);
  // Foreign keys in the folder of an hour before `since` are not searched for: that would list everything older.
  const startAfter = window.since === null ? RAW_PREFIX : hourOf(rawKey(first));
  for await (const object of store.list(bucket, { prefix: RAW_PREFIX, startAfter })) {
    const id = mailIdOfRawKey(object.key);
    if (object.key >= BEHIND_OWN_KEYS || (id !== null && end !== null && id >= end)) break;
    if (id === null ? isForeignMail(object, window) : id >= first) yield object;
  }
}

/** Mails everywhere else, which our edge did not write. Those of SES come last: there may be millions of them. */
export async function* foreignPlaces(
  store: Lists,
  bucket: string,
  window: TimeWindow,
  { sesFrom = SES_PREFIX, goOn = () => true }: ForeignWalk,
): AsyncGenerator<ListedObject> {
  const spans: { startAfter?: string; last?: string }[] = [
    { last: window.since === null ? RAW_PREFIX : FIRST_OWN_KEYS },
    // Held mails are not accepted yet, and there may be as many as the edge received in a day.
    { startAfter: BEHIND_OWN_KEYS, last: HELD_PREFIX },
    { startAfter: behind(HELD_PREFIX), last: SES_PREFIX },
    { startAfter: BEHIND_SES_KEYS },
    { startAfter: sesFrom, last: BEHIND_SES_KEYS },
    { startAfter: SES_PREFIX, last: sesFrom },
  ];
  for (const { last, ...from } of spans) {
    for await (const object of store.list(bucket, from)) {
      if (last !== undefined && object.key > last) break;
      if (!goOn()) return;
      if (isForeignMail(object, window)) yield object;
    }
  }
}

/** The only time of a mail that our edge did not write is when it was stored. */
function isForeignMail({ key, lastModified }: ListedObject, { since, until }: TimeWindow): boolean {
  if (!isMailKey(key) || !(key.endsWith(RAW_SUFFIX) || key.startsWith(SES_PREFIX))) return false;
  return (since === null || lastModified >= since) && (until === null || lastModified < until);
}

/** The folder of a key: it sorts before everything that was received in the same hour. */
export const hourOf = (key: string): string => `${posix.dirname(key)}/`;
