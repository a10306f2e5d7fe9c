import type { Draft } from '../../core/enrich/draft.ts';
import { type Handle, keepHandle, readHandle } from '../../core/enrich/handle.ts';
import { encodeEnrichMessage } from '../../core/enrich/messages.ts';
import type { Pending, Task, TaskOutcome } from '../../core/enrich/task.ts';
import { failedResult, keepResult } from '../../core/enrich/task-result.ts';
import type { Log } from '../../core/log/log.ts';
import { allAttachments } from '../../core/mail/attachments.ts';
import { errorText, failureKind, TransientError } from '../../core/mail/errors.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { unlessAborted } from '../../core/process/unless-aborted.ts';
import type { StepRunner, Work } from './runner.ts';

export interface TaskDeps {
  store: ObjectStore;
  /** The queue of mails to enrich, which also holds polls. */
  enrich: Pick<Queue, 'send'>;
  /** The provider of a task, loaded on first use. */
  runnerOf(task: Task): Promise<StepRunner>;
  /** Reserves a part of today's budget; rejects when the signal aborts first. */
  spend(task: Task, usd: number, signal: AbortSignal): Promise<boolean>;
  log: Log;
  now: () => number;
}

export interface Attempt {
  draft: Draft;
  /** No attempt follows: a failure is final. */
  last: boolean;
  signal: AbortSignal;
}

/** When a task began, and the cost reserved for it: that counts as spent, whatever the result. */
type Begun = Pick<Handle, 'startedAt' | 'costUsd'>;

/** Begins a task. Rejects when a retry is worthwhile; otherwise the task has a result, or a service has accepted it. */
export function beginTask(deps: TaskDeps, task: Task, attempt: Attempt): Promise<void> {
  const begun = { startedAt: new Date(deps.now()).toISOString(), costUsd: 0 };
  return settle(deps, task, attempt, begun, async (runner, work) =>
    task.skip === null ? runner.run(work) : { status: 'skipped', reason: task.skip, costUsd: 0 },
  );
}

/** Asks the service that has accepted a task for its state. */
export async function resumeTask(deps: TaskDeps, task: Task, attempt: Attempt): Promise<void> {
  const handle = await readHandle(deps.store, attempt.draft.document, task);
  if (handle === null) {
    // The answer overtook the start of the task, which will see the answer itself: it settles nothing.
    if (attempt.last) return;
    throw new TransientError('enrich.not_started', `${task.step} has not been started`);
  }
  await settle(deps, task, attempt, handle, async (runner, work) => {
    if (runner.resume === undefined) throw new Error(`${task.provider} has no asynchronous tasks`);
    return runner.resume(work, handle.handle);
  });
}

async function settle(
  deps: TaskDeps,
  task: Task,
  attempt: Attempt,
  begun: Begun,
  ask: (runner: StepRunner, work: Work) => Promise<TaskOutcome | Pending>,
): Promise<void> {
  const { document } = attempt.draft;
  const ms = () => deps.now() - Date.parse(begun.startedAt);
  let { costUsd: reservedUsd } = begun;
  const work: Work = {
    task,
    mail: document,
    attachment: allAttachments(document.attachments).find(({ partId }) => partId === task.partId) ?? null,
    signal: attempt.signal,
    async spend(usd) {
      const granted = await deps.spend(task, usd, attempt.signal);
      if (granted) reservedUsd += usd;
      return granted;
    },
  };
  try {
    const outcome = await unlessAborted(
      deps.runnerOf(task).then((runner) => ask(runner, work)),
      attempt.signal,
    );
    if (outcome.status === 'pending') {
      return await wait(deps, task, attempt.draft, outcome, { startedAt: begun.startedAt, costUsd: reservedUsd });
    }
    const { step: name, partId, provider } = task;
    const { status, costUsd } = outcome;
    const step = { name, partId, status, provider, ms: ms(), reason: outcome.reason ?? null, costUsd };
    await keepResult(deps.store, document, { step, result: status === 'ok' ? outcome.result : null });
  } catch (error) {
    // Running out of time is not a fault of the task: the deadline message settles it.
    if (attempt.signal.aborted || (failureKind(error) === 'transient' && !attempt.last)) throw error;
    deps.log.warn('a step failed', {
      mailId: document.id,
      step: task.step,
      partId: task.partId,
      error: errorText(error),
    });
    await keepResult(
      deps.store,
      document,
      failedResult(task, 'failed', errorText(error), { ms: ms(), costUsd: reservedUsd }),
    );
  }
}

/**
 * The first answer may have arrived before the handle was written; a poll, or the deadline, makes up for a lost one.
 */
async function wait(
  { store, enrich }: TaskDeps,
  task: Task,
  { document }: Draft,
  { handle, pollSeconds }: Pending,
  begun: Begun,
): Promise<void> {
  await keepHandle(store, document, task, { handle, ...begun });
  if (pollSeconds === null) return;
  const { id, revision } = document;
  const body = encodeEnrichMessage({ type: 'resume', id, revision, step: task.step, partId: task.partId });
  await enrich.send({ body, delaySeconds: pollSeconds });
}
