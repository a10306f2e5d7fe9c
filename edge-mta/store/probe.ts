import { setTimeout as delay } from 'node:timers/promises';
import { httpStatus } from '../../core/aws/aws-error.ts';
import type { Log } from '../../core/log/log.ts';
import { errorText, PipelineError } from '../../core/mail/errors.ts';
import { mintMailId } from '../../core/mail/id.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** Milliseconds of the first pause; each following one is twice as long. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** Milliseconds for one attempt. */
const ATTEMPT_MS = 10_000;
const BODY = Buffer.from(
  'The SMTP edge writes an object like this at startup, to verify that the store accepts mails.\n',
);

export interface Probe {
  store: Pick<ObjectStore, 'put'>;
  bucket: string;
  /** The key is this prefix and a new id: S3 answers for an existing key before it checks encryption and retention. */
  prefix: string;
  log: Log;
  signal: AbortSignal;
}

/**
 * Puts one object exactly as mails are put, and retries until the store accepts it.
 *
 * @returns false when aborted first
 */
export async function probeStore({ store, bucket, prefix, log, signal }: Probe): Promise<boolean> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const key = `${prefix}${mintMailId()}`;
    try {
      const attempt = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]);
      await store.put({ bucket, key }, BODY, { contentType: 'text/plain', ifAbsent: true, signal: attempt });
      log.info('the store accepts objects', { bucket, key });
      return true;
    } catch (error) {
      if (signal.aborted) break;
      const failure = storeFailure(error);
      log.error('not ready: the store does not accept an object', { bucket, key, ...failure, remedy: remedy(failure) });
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
  return false;
}

export interface StoreFailure {
  /** Such as `s3.AccessDenied`; null for an unclassified error. */
  code: string | null;
  /** Null when there was no answer. */
  httpStatus: number | null;
  reason: string;
}

/** The log fields of a failed put. */
export function storeFailure(error: unknown): StoreFailure {
  const [code, cause] = error instanceof PipelineError ? [error.code, error.cause] : [null, error];
  return { code, httpStatus: httpStatus(cause) ?? null, reason: errorText(error) };
}

function remedy({ httpStatus }: StoreFailure): string {
  if (httpStatus === null) return 'no answer: check the route to S3, its endpoint, DNS and security groups';
  if (httpStatus >= 500 || httpStatus === 429) return 'S3 is failing or throttling: wait, and check AWS Health';
  if (httpStatus === 404) return 'the bucket does not exist: deploy the storage stack, or correct RAW_BUCKET';
  return (
    'the task role needs s3:PutObject under raw/ and, with your own key, kms:GenerateDataKey and kms:Decrypt; ' +
    'no policy of the bucket, the key, the endpoint or the organisation may deny it'
  );
}
