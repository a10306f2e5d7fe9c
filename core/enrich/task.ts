import * as z from 'zod/mini';
import { ASYNC_STEPS, type AsyncStep, type STEPS } from './steps/registry.ts';

export const taskSchema = z.object({
  step: z.enum(ASYNC_STEPS),
  /** Which program or service is to do it. */
  provider: z.string(),
  /** The attachment it is about; null for the text of the mail. */
  partId: z.nullable(z.string()),
  /** Why it is not to be done, a limit of the mail for instance: it goes into the ledger as it is. */
  skip: z.nullable(z.string()),
  /** Further attachments of the same task; absent when there are none. */
  moreParts: z.optional(z.array(z.string())),
});

/** One thing to be done for one mail. */
export type Task = z.infer<typeof taskSchema>;

export const taskId = ({ step, partId }: Pick<Task, 'step' | 'partId'>): string =>
  partId === null ? step : `${step}.${partId}`;

/** The attachments that it is about; none for the text of the mail. */
export const partsOf = ({ partId, moreParts = [] }: Pick<Task, 'partId' | 'moreParts'>): string[] =>
  partId === null ? [] : [partId, ...moreParts];

/** Whether an answer is one to the task: services know each attachment by itself. */
export const isAbout = (task: Task, { step, partId }: Pick<Task, 'step' | 'partId'>): boolean =>
  task.step === step && (partId === null ? task.partId === null : partsOf(task).includes(partId));

export type StepResult<Step extends AsyncStep = AsyncStep> = z.infer<(typeof STEPS)[Step]['tasks']['result']>;

/** What became of a task; `result` is that of its step when the status is `ok`, `reason` what limits it then. */
export type TaskOutcome<Step extends AsyncStep = AsyncStep> =
  | { status: 'ok'; result: StepResult<Step>; costUsd: number; reason?: string | null }
  | { status: 'skipped' | 'failed'; reason: string; costUsd: number };

/**
 * An asynchronous service has it now. Its answer comes through the results queue; with `pollSeconds` the runner is asked
 * again after that time (1 to 900 seconds).
 */
export interface Pending {
  status: 'pending';
  /** What the service calls it. */
  handle: string;
  pollSeconds: number | null;
}
