import { finishedKey } from '../mail/keys.ts';
import { keepDocument } from '../outcome/documents.ts';
import { type PublishDeps, type Published, publish } from '../outcome/publish.ts';
import type { ObjectRef } from '../ports/object-store.ts';
import { type Draft, draftOf } from './draft.ts';
import { withResults } from './merge.ts';
import { failedResult, keepResult, openTasks, readResults } from './task-result.ts';

/** `open`: something is still to be done. `left`: another attempt sends it. */
export type Finished = Published | 'open' | 'left';

export interface FinishOptions {
  /** How often the message that led here was received. */
  receiveCount: number;
  signal: AbortSignal;
}

/**
 * Sends a mail when nothing is left to be done for it, once, whoever comes last: results are written before it is
 * looked what is missing, so one of several that finish together sees them all, and one of these writes `finished`
 * first. Whoever did and was killed before the mail was sent comes again: its message was not acknowledged. So the
 * others leave it alone, and a message that comes for the second time sends the mail unless the draft is gone, which
 * is removed when it was sent.
 */
export async function finishIfDone(deps: PublishDeps, draft: Draft, options: FinishOptions): Promise<Finished> {
  const { store } = deps;
  const { document, tasks } = draft;
  if ((await openTasks(store, document, tasks)).length > 0) return 'open';
  const bucket = document.document.bucket;
  const finished: ObjectRef = { bucket, key: finishedKey(document.id, document.revision) };
  const { outcome } = await store.put(finished, Buffer.from('{}'), { contentType: 'application/json', ifAbsent: true });
  if (outcome === 'exists' && options.receiveCount === 1) return 'left';
  const place = draftOf(bucket, document);
  if (outcome === 'exists' && (await store.head(place)) === null) return 'left';
  const whole = withResults(document, await readResults(store, document, tasks));
  const published = await publish(deps, await keepDocument(store, whole, options.signal));
  await store.delete(place);
  return published;
}

/** Gives up what has no result yet, so that the mail can go out. */
export async function giveUpOpenTasks(
  { store }: Pick<PublishDeps, 'store'>,
  { document, tasks }: Draft,
  status: 'failed' | 'timed-out',
  reason: string,
): Promise<void> {
  const open = await openTasks(store, document, tasks);
  await Promise.all(open.map((task) => keepResult(store, document, failedResult(task, status, reason))));
}
