import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { errorText } from '../../../core/mail/errors.ts';
import { isMailId } from '../../../core/mail/id.ts';
import { fieldChanges } from '../../../core/operations/field-changes.ts';
import { parseAgain } from '../../../core/operations/parse-again.ts';
import { redrivesOf } from '../../../core/operations/redrive.ts';
import { type Requeued, replayOf, sendAgain } from '../../../core/operations/requeue.ts';
import { documentOf, readDocument } from '../../../core/outcome/documents.ts';
import { readFailures } from '../../../core/outcome/failures.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { Queue } from '../../../core/ports/queue.ts';
import type { ReadMime } from '../../../core/reading/read-content.ts';
import type { ActionResult, ReplayDiff } from '../api/api.ts';
import { notFound } from '../http/api-error.ts';
import { type Endpoint, get, post } from '../http/router.ts';

export interface RepeatDeps {
  /** Has the caller's permissions. */
  store: ObjectStore;
  buckets: Buckets;
  rawQueue: Pick<Queue, 'sendAll'>;
  /** Reads MIME in a supervised thread. */
  read: ReadMime;
}

const MAX_IDS = 100;
/** Up to this many redriven mails are watched for an outcome, for at most `WATCH_MS`. */
const WATCHED = 10;
const WATCH_MS = 10_000;
const LOOK_MS = 250;
/** Characters of one field of a diff. */
const SHOWN_LENGTH = 4_000;

const idsSchema = z.object({
  ids: z.array(z.string().check(z.refine(isMailId, 'is not a mail id'))).check(z.minLength(1), z.maxLength(MAX_IDS)),
});

/** Replays and redrives of existing mails, in local mode and on a deployment. */
export const repeatEndpoints = (deps: RepeatDeps): Endpoint[] => [
  get('GET /api/mails/:id/replay', ({ param }) => replayDiff(deps, param('id'))),
  post('POST /api/replay', idsSchema, async ({ body }) => ({
    results: await each(body.ids, (id) => replay(deps, id)),
  })),
  post('POST /api/redrive', idsSchema, async ({ body }) => {
    const results = await each(body.ids, (id) => redrive(deps, id));
    return { results: body.ids.length > WATCHED ? results : await watched(deps, results) };
  }),
];

/** Acts on one mail after the other; each result has its own error. */
async function each(ids: readonly string[], act: (id: string) => Promise<ActionResult>): Promise<ActionResult[]> {
  const results: ActionResult[] = [];
  for (const id of new Set(ids)) {
    results.push(await act(id).catch((error: unknown) => refused(id, `${id}: ${errorText(error)}.`)));
  }
  return results;
}

async function replayDiff({ store, buckets, read }: RepeatDeps, id: string): Promise<ReplayDiff> {
  const mail = isMailId(id) ? await readDocument(store, documentOf(buckets.content, id)) : null;
  if (mail === null) throw notFound(`document of ${id}`);
  const changes = fieldChanges(mail, await parseAgain(mail, store, read, AbortSignal.timeout(60_000)));
  return {
    id,
    changes: changes.map(({ field, before, after }) => ({ field, before: shown(before), after: shown(after) })),
  };
}

const shown = (value: unknown): string | null =>
  value === undefined || value === null ? null : (JSON.stringify(value) ?? '').slice(0, SHOWN_LENGTH);

async function replay({ store, buckets, rawQueue }: RepeatDeps, id: string): Promise<ActionResult> {
  const mail = await readDocument(store, documentOf(buckets.content, id));
  if (mail === null) return refused(id, `${id} has no document: use redrive for a failed mail.`);
  return queued(id, [replayOf(mail)], rawQueue);
}

async function redrive({ store, buckets, rawQueue }: RepeatDeps, id: string): Promise<ActionResult> {
  const failures = await readFailures(store, buckets.content, id);
  if (failures.length === 0) return refused(id, `${id} has not failed, so there is nothing to redrive.`);
  const again = redrivesOf(failures, store, buckets.content);
  if (again.length === 0) {
    return refused(id, `${id}: its event named no raw mail. Put the object into the raw bucket again.`);
  }
  return queued(id, again, rawQueue);
}

async function queued(id: string, mails: readonly Requeued[], rawQueue: RepeatDeps['rawQueue']): Promise<ActionResult> {
  const [reason] = await sendAgain(mails, rawQueue);
  if (reason !== undefined) return refused(id, `${id}: the queue rejected it: ${reason}.`);
  return { id, outcome: 'queued', revision: mails[0]?.revision ?? null, message: '', became: null };
}

const refused = (id: string, message: string): ActionResult => ({
  id,
  outcome: 'refused',
  revision: null,
  message,
  became: null,
});

/** Waits up to ten seconds for every redriven mail to have an outcome again. */
async function watched(deps: RepeatDeps, results: ActionResult[]): Promise<ActionResult[]> {
  const deadline = performance.now() + WATCH_MS;
  let last = results;
  for (;;) {
    last = await Promise.all(last.map((result) => look(deps, result)));
    const open = last.some(({ outcome, became }) => outcome === 'queued' && became === null);
    if (!open || performance.now() > deadline) return last;
    await delay(LOOK_MS);
  }
}

async function look({ store, buckets }: RepeatDeps, result: ActionResult): Promise<ActionResult> {
  const { id, outcome, became } = result;
  if (outcome === 'refused' || became !== null) return result;
  const [failure] = await readFailures(store, buckets.content, id);
  if (failure !== undefined) {
    return { ...result, became: 'failed', message: `${id} failed again: ${failure.reason}.` };
  }
  const document = await readDocument(store, documentOf(buckets.content, id));
  return document !== null && document.revision >= (result.revision ?? 1) ? { ...result, became: 'parsed' } : result;
}
