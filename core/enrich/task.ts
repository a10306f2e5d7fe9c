import * as z from 'zod/mini';
import { ASYNC_STEPS, type AsyncStep, type STEPS } from './steps/registry.ts';

export const taskSchema = z.object({
  step: z.enum(ASYNC_STEPS),
  /** The program or service that will do it. */
  provider: z.string(),
  /** The attachment to process; null for the text of the mail. */
  partId: z.nullable(z.string()),
  /** Why it is not to be done, such as a limit per mail; recorded in the ledger. */
  skip: z.nullable(z.string()),
  /** Further attachments of the same task; absent when there are none. */
  moreParts: z.optional(z.array(z.string())),
});

/** One unit of work for one mail. */
export type Task = z.infer<typeof taskSchema>;

export const taskId = ({ step, partId }: Pick<Task, 'step' | 'partId'>): string =>
  partId === null ? step : `${step}.${partId}`;

/** The attachments to process; none for the text of the mail. */
export const partsOf = ({ partId, moreParts = [] }: Pick<Task, 'partId' | 'moreParts'>): string[] =>
  partId === null ? [] : [partId, ...moreParts];

/** Whether an answer belongs to the task: services know each attachment separately. */
export const isAbout = (task: Task, { step, partId }: Pick<Task, 'step' | 'partId'>): boolean =>
  task.step === step && (partId === null ? task.partId === null : partsOf(task).includes(partId));

export type StepResult<Step extends AsyncStep = AsyncStep> = z.infer<(typeof STEPS)[Step]['tasks']['result']>;

/** Outcome of a task. With `ok`, `result` is that of its step, and `reason` says what limits it. */
export type TaskOutcome<Step extends AsyncStep = AsyncStep> =
  | { status: 'ok'; result: StepResult<Step>; costUsd: number; reason?: string | null }
  | { status: 'skipped' | 'failed'; reason: string; costUsd: number };

/**
 * An asynchronous service has accepted it. The answer arrives through the results queue; with `pollSeconds` the runner
 * is also called again after that time (1 to 900 seconds).
 */
export interface Pending {
  status: 'pending';
  /** The service's id for it. */
  handle: string;
  pollSeconds: number | null;
}
