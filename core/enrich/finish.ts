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

/** `open`: something is still to be done. `left`: another attempt sends it. */
export type Finished = Published | 'open' | 'left';

export interface FinishOptions {
  /** Id of the message that led here, the same each time it is received. Null for a message that was given up. */
  messageId: string | null;
  signal: AbortSignal;
  /** Brings the mail to its destinations. */
  publish: (kept: KeptDocument) => Promise<Published>;
}

/** Who sends a mail, and which of its drafts: a claim on an earlier one binds nobody. */
const claimSchema = z.object({ messageId: z.nullable(z.string()), deadlineAt: z.optional(z.string()) });

/**
 * Sends a mail when nothing is left to be done for it, once, whoever comes last: results are written before it is
 * looked what is missing, so one of several that finish together sees them all, and one of these writes `finished`
 * first. Whoever did and was killed before the mail was sent comes again, because its message was not acknowledged, or
 * ends as a dead letter. So the others leave the mail alone, until it is parsed again and has another draft. The draft is
 * removed when the mail was sent.
 */
export async function finishIfDone(deps: PublishDeps, draft: Draft, options: FinishOptions): Promise<Finished> {
  const { store } = deps;
  const { document, tasks } = draft;
  if ((await openTasks(store, document, tasks)).length > 0) return 'open';
  if (!(await isOurs(store, draft, options.messageId))) return 'left';
  const results = withResults(document, await readResults(store, document, tasks));
  // Drafts of earlier versions do not say; there was one quarantine then.
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
  // It may have been sent since the draft was read.
  if ((await store.head(draftOf(bucket, document))) === null) return false;
  if (messageId === null) return true;
  const stored = await store.get(finished);
  if (stored === null) return false;
  const claim = claimSchema.safeParse(await readJson(stored.body));
  if (claim.success && (claim.data.deadlineAt ?? deadlineAt) === deadlineAt) return claim.data.messageId === messageId;
  return (await store.put(finished, body, { contentType, ifMatch: stored.etag })).outcome === 'created';
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
