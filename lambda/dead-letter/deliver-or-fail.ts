import { AccessError, errorText, PermanentError, PipelineError } from '../../core/mail/errors.ts';
import { EVENT_BUS } from '../../core/outcome/deliveries.ts';
import type { KeptDocument } from '../../core/outcome/documents.ts';
import { type FailedMail, recordFailure } from '../../core/outcome/failures.ts';
import { deliver, type PublishDeps, type Published, type Refusal } from '../../core/outcome/publish.ts';
import type { DeadLetter } from './dead-letter.ts';

export interface DeadLetterDeps extends PublishDeps {
  now: () => number;
}

/**
 * Receives of a dead letter whose destination does not answer, or fails, before that is recorded: five hours with the
 * queue's visibility timeout of three minutes.
 */
const OUTAGE_RECEIVES = 100;

/**
 * The last attempt to publish a mail to its destinations. For a destination that refuses it the mail has failed, and so
 * it has for one that was unavailable for too long; the others have it. The bus gets its event once every queue has
 * either.
 *
 * @throws the error of a destination that may still accept it: SQS delivers the dead letter again
 */
export async function deliverOrFail(
  deps: DeadLetterDeps,
  kept: KeptDocument,
  { cause, receives }: DeadLetter,
): Promise<Published> {
  for (;;) {
    const { published, refusals } = await deliver(deps, { ...kept, created: false });
    const final = refusals.filter(({ error }) => isRefusal(error) || receives >= OUTAGE_RECEIVES);
    for (const refusal of final) await recordRefusal(deps, kept, refusal, cause.receiveCount);
    const pending = refusals.find((refusal) => !final.includes(refusal));
    if (pending !== undefined) throw pending.error;
    if (final.length === 0) return published;
  }
}

/** A refusal that time alone does not change; not an outage. */
const isRefusal = (error: unknown): boolean => error instanceof AccessError || error instanceof PermanentError;

async function recordRefusal(
  deps: DeadLetterDeps,
  { document }: KeptDocument,
  { destination, route, error }: Refusal,
  receiveCount: number,
): Promise<void> {
  const { id, revision, raw } = document;
  const { bucket, key, versionId } = raw;
  const reason = error instanceof PipelineError ? error.code : 'unknown';
  const where = { id, revision, destination, route };
  const what = { reason, lastError: errorText(error), receiveCount, raw: { bucket, key, versionId }, event: null };
  await fail(deps, { ...where, ...what });
}

/** Records a failure, once. */
export async function fail(deps: DeadLetterDeps, failure: Omit<FailedMail, 'schema' | 'at'>): Promise<void> {
  const at = new Date(deps.now()).toISOString();
  const metric = failure.destination === EVENT_BUS ? 'eventsRefused' : 'deadLettered';
  if (await recordFailure(deps.store, deps.contentBucket, { ...failure, at })) deps.metrics.add(metric, 1);
  const { id: mailId, revision, destination, reason, raw, lastError: error } = failure;
  deps.log.error('failed', { mailId, revision, destination, reason, raw, error });
}
