import * as z from 'zod/mini';
import { finishedKey } from '../mail/keys.ts';
import { QUARANTINE_ROUTE } from '../mail/routes.ts';
import { type KeptDocument, keepDocument } from '../outcome/documents.ts';
import { readJson } from '../outcome/json.ts';
import type { PublishDeps, Published } from '../outcome/publish.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { type Draft, draftOf } from './draft.ts';
import { withResults } from './merge.ts';
import { quarantined } from './quarantine.ts';
import { failedResult, keepResult, openTasks, readResults } from './task-result.ts';

/** `open`: tasks remain. `left`: another attempt publishes the mail. */
export type Finished = Published | 'open' | 'left';

export interface FinishOptions {
  /** Id of the message being processed, the same each time it is received. Null for a dead letter. */
  messageId: string | null;
  signal: AbortSignal;
  /** Publishes the mail to its destinations. */
  publish: (kept: KeptDocument) => Promise<Published>;
}

/** Which message publishes a mail, and which of its drafts: a claim on an earlier draft does not count. */
const claimSchema = z.object({ messageId: z.nullable(z.string()), deadlineAt: z.optional(z.string()) });

/**
 * Publishes a mail once no task remains, exactly one attempt of several that finish together. Each writes its results
 * before it checks what is missing, so at least one sees them all, and the first to write `finished` publishes. If that
 * attempt is killed before publishing, its message was not acknowledged: SQS delivers it again, or it becomes a dead
 * letter. So the others leave the mail alone until it is parsed again and has another draft. The draft is deleted once
 * the mail is published.
 */
export async function finishIfDone(deps: PublishDeps, draft: Draft, options: FinishOptions): Promise<Finished> {
  const { store } = deps;
  const { document, tasks } = draft;
  if ((await openTasks(store, document, tasks)).length > 0) return 'open';
  if (!(await isOurs(store, draft, options.messageId))) return 'left';
  const results = withResults(document, await readResults(store, document, tasks));
  // Drafts of earlier versions do not say; at that time there was one kind of quarantine.
  const { quarantine = deps.routeQueues.has(QUARANTINE_ROUTE) ? 'infected' : null } = draft;
  const whole = quarantined(results, quarantine);
  const published = await options.publish(await keepDocument(store, whole, options.signal));
  await store.delete(draftOf(document.document.bucket, document));
  return published;
}

async function isOurs(store: ObjectStore, { document, deadlineAt }: Draft, messageId: string | null): Promise<boolean> {
  const { bucket } = document.document;
  const finished: ObjectRef = { bucket, key: finishedKey(document.id, document.revision) };
  const body = Buffer.from(JSON.stringify({ messageId, deadlineAt } satisfies z.infer<typeof claimSchema>));
  const contentType = 'application/json';
  const { outcome } = await store.put(finished, body, { contentType, ifAbsent: true });
  if (outcome === 'created') return true;
  // It may have been published since the draft was read.
  if ((await store.head(draftOf(bucket, document))) === null) return false;
  if (messageId === null) return true;
  const stored = await store.get(finished);
  if (stored === null) return false;
  const claim = claimSchema.safeParse(await readJson(stored.body));
  if (claim.success && (claim.data.deadlineAt ?? deadlineAt) === deadlineAt) return claim.data.messageId === messageId;
  return (await store.put(finished, body, { contentType, ifMatch: stored.etag })).outcome === 'created';
}

/** Settles the remaining tasks without a result, so that the mail can be published. */
export async function abandonOpenTasks(
  { store }: Pick<PublishDeps, 'store'>,
  { document, tasks }: Draft,
  status: 'failed' | 'timed-out',
  reason: string,
): Promise<void> {
  const open = await openTasks(store, document, tasks);
  await Promise.all(open.map((task) => keepResult(store, document, failedResult(task, status, reason))));
}
