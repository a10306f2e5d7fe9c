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
  /** The queue of mails to enrich: polls wait there. */
  enrich: Pick<Queue, 'send'>;
  /** The provider of a task, loaded when it is first needed. */
  runnerOf(task: Task): Promise<StepRunner>;
  /** Sets a part of today's budget aside, or rejects when the signal aborts first. */
  spend(task: Task, usd: number, signal: AbortSignal): Promise<boolean>;
  log: Log;
  now: () => number;
}

export interface Attempt {
  draft: Draft;
  /** No attempt comes after this one: what fails now has failed. */
  last: boolean;
  signal: AbortSignal;
}

/** When a task began, and what has been set aside for it: that is spent, whatever comes of it. */
type Begun = Pick<Handle, 'startedAt' | 'costUsd'>;

/** Begins a task. Rejects when it is worth another attempt; otherwise it has a result, or a service has it. */
export function beginTask(deps: TaskDeps, task: Task, attempt: Attempt): Promise<void> {
  const begun = { startedAt: new Date(deps.now()).toISOString(), costUsd: 0 };
  return settle(deps, task, attempt, begun, async (runner, work) =>
    task.skip === null ? runner.run(work) : { status: 'skipped', reason: task.skip, costUsd: 0 },
  );
}

/** Asks the service that has a task what became of it. */
export async function resumeTask(deps: TaskDeps, task: Task, attempt: Attempt): Promise<void> {
  const handle = await readHandle(deps.store, attempt.draft.document, task);
  if (handle === null) {
    // The answer was faster than whoever asks, or is still to ask and will see for itself: it ends nothing.
    if (attempt.last) return;
    throw new TransientError('enrich.not_started', `${task.step} has not been started`);
  }
  await settle(deps, task, attempt, handle, async (runner, work) => {
    if (runner.resume === undefined) throw new Error(`${task.provider} does nothing asynchronously`);
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
    // Out of time is not a fault of the task: the message that ends the waiting says so.
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

/** The first answer may have come before the handle was written; a poll, or the deadline, makes up for a lost one. */
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
