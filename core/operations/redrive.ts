import { enrichingPrefix } from '../mail/keys.ts';
import { documentOf } from '../outcome/documents.ts';
import { beginRedrive, endRedrive, type FailedMail, failedOf } from '../outcome/failures.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Requeued } from './requeue.ts';

/**
 * How to try the failures of one mail again. Each revision gets one event, however many of its destinations failed: two
 * functions that work on two events at once would each send to a destination that the other has not marked yet. Leaves
 * out failures whose event named no raw mail.
 */
export function redrivesOf(failures: readonly FailedMail[], objects: ObjectStore, contentBucket: string): Requeued[] {
  const revisions = new Map<number, Pick<Requeued, 'id' | 'raw'> & { failures: FailedMail[] }>();
  for (const failure of failures) {
    const { id, raw, revision } = failure;
    if (raw === null) continue;
    const redrive = revisions.get(revision) ?? { id, raw, failures: [] };
    redrive.failures.push(failure);
    revisions.set(revision, redrive);
  }
  return [...revisions].map(([revision, { id, raw, failures: ofRevision }]) => ({
    id,
    raw,
    revision,
    async before() {
      for (const failure of ofRevision) await forget(objects, contentBucket, failure);
    },
    async after(accepted) {
      for (const failure of ofRevision) await endRedrive(objects, contentBucket, failure, accepted);
    },
  }));
}

/**
 * Before the event is sent, because the parser sends no mail that has failed. A document that a failed mail has (an
 * attempt ended after the failure was recorded) was never sent: it is deleted first, with its enrichment results. What one
 * destination did not take has a document that the others have; a replay that failed has that of an earlier revision.
 * Where an interrupted redrive has removed the failure already, the mail may have been sent since: its document stays.
 */
async function forget(objects: ObjectStore, bucket: string, failure: FailedMail): Promise<void> {
  const { id, revision, destination } = failure;
  if (destination === null && (await objects.head(failedOf(bucket, failure))) !== null) {
    if (revision === 1) await objects.delete(documentOf(bucket, id));
    for await (const { key } of objects.list(bucket, { prefix: enrichingPrefix(id, revision) })) {
      await objects.delete({ bucket, key });
    }
  }
  await beginRedrive(objects, bucket, failure);
}
