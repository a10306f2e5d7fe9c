import { enrichingPrefix } from '../mail/keys.ts';
import { documentOf } from '../outcome/documents.ts';
import { beginRedrive, endRedrive, type FailedMail, failedOf } from '../outcome/failures.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Requeued } from './requeue.ts';

/**
 * How to retry the failures of one mail. Each revision gets one event, however many of its destinations failed: two
 * functions that process two events concurrently would each send to a destination that the other has not marked yet. Skips
 * failures whose event named no raw mail.
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
 * Runs before the event is sent, because the parser does not publish a mail that has failed. If a failed mail has a
 * document (an attempt ended after the failure was recorded), that was never published: it is deleted first, with its
 * enrichment results. A failure of one destination leaves the document, which the other destinations have; a failed
 * replay leaves that of the earlier revision. Where an interrupted redrive has already removed the failure, the mail
 * may have been published since, so its document stays.
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
