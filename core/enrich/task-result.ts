import * as z from 'zod/mini';
import { taskResultPrefix } from '../mail/keys.ts';
import { type ParsedMail, type Step, stepSchema } from '../mail/parsed-mail.ts';
import { readJson } from '../outcome/json.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { cleanAnswer } from './clean-answer.ts';
import { ASYNC_STEPS, taskStep } from './steps/registry.ts';
import { partsOf, type Task, taskId } from './task.ts';

/** An entry of the ledger, and the result in the format of its step, or null. */
const taskResultSchema = z.object({
  step: z.extend(stepSchema, { name: z.enum(ASYNC_STEPS) }),
  result: z.unknown(),
});
/** The stored result of a task. */
export type TaskResult = { step: Step & { name: Task['step'] }; result: unknown };

/** With the attachments of the task. */
export type SettledTask = TaskResult & { parts: string[] };

type MailRef = Pick<ParsedMail, 'id' | 'revision' | 'document'>;

function refOf({ id, revision, document }: MailRef, task: Pick<Task, 'step' | 'partId'>): ObjectRef {
  return { bucket: document.bucket, key: `${taskResultPrefix(id, revision)}${taskId(task)}.json` };
}

/** First writer wins: late answers, and those of another attempt, are dropped. */
export async function keepResult(store: ObjectStore, mail: MailRef, result: TaskResult): Promise<void> {
  const { name: step, partId } = result.step;
  const body = Buffer.from(JSON.stringify(cleanAnswer(result)));
  await store.put(refOf(mail, { step, partId }), body, { contentType: 'application/json', ifAbsent: true });
}

/** Those of `tasks` without a result. */
export async function openTasks(
  store: Pick<ObjectStore, 'list'>,
  mail: MailRef,
  tasks: readonly Task[],
): Promise<Task[]> {
  const keys = new Set<string>();
  const prefix = taskResultPrefix(mail.id, mail.revision);
  for await (const { key } of store.list(mail.document.bucket, { prefix })) keys.add(key);
  return tasks.filter((task) => !keys.has(refOf(mail, task).key));
}

/** In the order of `tasks`. An unreadable result counts as failed. */
export function readResults(
  store: Pick<ObjectStore, 'get'>,
  mail: MailRef,
  tasks: readonly Task[],
): Promise<SettledTask[]> {
  return Promise.all(tasks.map(async (task) => ({ parts: partsOf(task), ...(await readResult(store, mail, task)) })));
}

async function readResult(store: Pick<ObjectStore, 'get'>, mail: MailRef, task: Task): Promise<TaskResult> {
  const stored = await store.get(refOf(mail, task));
  const decoded = taskResultSchema.safeParse(stored && (await readJson(stored.body)));
  if (!decoded.success) return failedResult(task, 'failed', 'its result cannot be read');
  const { step, result } = decoded.data;
  if (step.status === 'ok' && !taskStep(task.step).result.safeParse(result).success) {
    return failedResult(task, 'failed', 'its result has another format');
  }
  return { step, result };
}

/** A result that records why there is none. */
export function failedResult(
  task: Task,
  status: Exclude<Step['status'], 'ok'>,
  reason: string,
  { ms = 0, costUsd = 0 } = {},
): TaskResult {
  const { step: name, partId, provider } = task;
  return { step: { name, partId, status, provider, ms, reason, costUsd }, result: null };
}
