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

/** A new id. Ids of one process never repeat and never go backwards, even when the clock does. */
export function mintMailId(now: number = Date.now()): MailId {
  return monotonic(now);
}

export function isMailId(text: string): boolean {
  return PATTERN.test(text);
}

/** The time at which an id was minted. */
export function mailIdTime(id: MailId): Date {
  return new Date(decodeTime(id));
}

/** The lowest id of a moment: ids sort by time, so it marks the start of a time range. */
export function firstMailIdAt(time: Date): MailId {
  return encodeTime(time.getTime(), 10) + '0'.repeat(16);
}

/**
 * The id of a raw object that our edge did not write (SES, `aws s3 cp`): the same for every event about that object, so
 * that a repeated event finds the work already done. It is derived only from bucket, key and time, which a listing has:
 * requesting the metadata of a million objects takes hours, and money. The time has seconds, as in HTTP; listings may
 * be finer.
 */
export function foreignMailId({ bucket, key }: { bucket: string; key: string }, lastModified: Date): MailId {
  return idFromDigest(`${bucket}/${key}`, new Date(Math.floor(lastModified.getTime() / 1_000) * 1_000));
}

/** An id derived from a text, for things other than mails. */
export const idOfText = (text: string): MailId => idFromDigest(text, new Date(0));

function idFromDigest(identity: string, time: Date): MailId {
  const digest = createHash('sha256').update(identity).digest();
  const random = Array.from(digest.subarray(0, 16), (byte) => CROCKFORD[byte & 31]).join('');
  return encodeTime(time.getTime(), 10) + random;
}

/**
 * Numbers from 0 up to 1, from secure random bytes fetched by the thousand: one call per number would cost 20 µs an id.
 */
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
