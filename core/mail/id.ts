import { createHash, randomFillSync } from 'node:crypto';
import { decodeTime, encodeTime, monotonicFactory } from 'ulid';

/**
 * Mail ids are ULIDs: 48 bits of milliseconds, 80 bits of randomness, 26 characters, sorted by time.
 * Not a content hash: two identical alarm mails are two mails.
 */
export type MailId = string;

const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const monotonic = monotonicFactory(pooledRandom());

/** A new id. Ids of one process never repeat and never go backwards, even when its clock does. */
export function mintMailId(now: number = Date.now()): MailId {
  return monotonic(now);
}

export function isMailId(text: string): boolean {
  return PATTERN.test(text);
}

/** The time an id was minted at. */
export function mailIdTime(id: MailId): Date {
  return new Date(decodeTime(id));
}

/** The lowest id of a moment: ids are sorted by time, so it marks where a span of time begins. */
export function firstMailIdAt(time: Date): MailId {
  return encodeTime(time.getTime(), 10) + '0'.repeat(16);
}

/**
 * The id of a raw object that no edge of ours wrote (SES, `aws s3 cp`): the same for every event about that object,
 * so that a repeated event finds the work already done. It comes from bucket, key and time alone, which a listing tells:
 * to ask a store about each of a million objects takes hours, and money. The time is that of HTTP, in seconds; listings
 * may be finer.
 */
export function foreignMailId({ bucket, key }: { bucket: string; key: string }, lastModified: Date): MailId {
  return idFromDigest(`${bucket}/${key}`, new Date(Math.floor(lastModified.getTime() / 1_000) * 1_000));
}

/** An id that a text has, for what is no mail. */
export const idOfText = (text: string): MailId => idFromDigest(text, new Date(0));

function idFromDigest(identity: string, time: Date): MailId {
  const digest = createHash('sha256').update(identity).digest();
  const random = Array.from(digest.subarray(0, 16), (byte) => CROCKFORD[byte & 31]).join('');
  return encodeTime(time.getTime(), 10) + random;
}

/** Numbers from 0 up to 1, from secure random bytes fetched by the thousand: one call for each costs 20 µs an id. */
function pooledRandom(): () => number {
  const pool = new Uint32Array(1024);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return (pool[used++] ?? 0) / 2 ** 32;
  };
}
