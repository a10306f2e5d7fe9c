import { setTimeout as delay } from 'node:timers/promises';
import { httpStatus } from '../../core/aws/aws-error.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText, PipelineError } from '../../core/mail/errors.ts';
import { mintMailId } from '../../core/mail/id.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** Milliseconds after the first failure; each next pause is twice as long. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** Milliseconds for one attempt. */
const ATTEMPT_MS = 10_000;
const BODY = Buffer.from('The SMTP edge puts one of these when it starts, to know that the store takes mails.\n');

export interface Probe {
  store: Pick<ObjectStore, 'put'>;
  bucket: string;
  /** The key is this and a new id: a key that exists would be answered before encryption and retention are looked at. */
  prefix: string;
  log: Log;
  signal: AbortSignal;
}

/** Puts one object in the way mails are put, until the store takes it. @returns false when it was aborted before */
export async function probeStore({ store, bucket, prefix, log, signal }: Probe): Promise<boolean> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const key = `${prefix}${mintMailId()}`;
    try {
      const attempt = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]);
      await store.put({ bucket, key }, BODY, { contentType: 'text/plain', ifAbsent: true, signal: attempt });
      log.info('the store takes objects', { bucket, key });
      return true;
    } catch (error) {
      if (signal.aborted) break;
      const failure = storeFailure(error);
      log.error('not ready: the store does not take an object', { bucket, key, ...failure, remedy: remedy(failure) });
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
  return false;
}

export interface StoreFailure {
  /** `s3.AccessDenied`; null for an error that nobody classified. */
  code: string | null;
  /** Null when there was no answer. */
  httpStatus: number | null;
  reason: string;
}

/** What a failed put has to say for a log. */
export function storeFailure(error: unknown): StoreFailure {
  const [code, cause] = error instanceof PipelineError ? [error.code, error.cause] : [null, error];
  return { code, httpStatus: httpStatus(cause) ?? null, reason: errorText(error) };
}

function remedy({ httpStatus }: StoreFailure): string {
  if (httpStatus === null) return 'no answer: look at the route to S3, its endpoint, DNS and security groups';
  if (httpStatus >= 500 || httpStatus === 429) return 'S3 fails or throttles: wait, and look at AWS Health';
  if (httpStatus === 404) return 'there is no such bucket: deploy the storage stack, or correct RAW_BUCKET';
  return (
    'the task role needs s3:PutObject under raw/ and, with a key of yours, kms:GenerateDataKey and kms:Decrypt; ' +
    'no policy of the bucket, the key, the endpoint or the organisation may deny it'
  );
}
