import * as z from 'zod/mini';
import { taskHandleKey } from '../mail/keys.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { readJson } from '../outcome/json.ts';
import type { ObjectRef, ObjectStore } from '../ports/object-store.ts';
import { type Task, taskId } from './task.ts';

const handleSchema = z.object({
  /** The service's id for the task. */
  handle: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  /** The cost reserved for it, US dollars. */
  costUsd: z.number(),
});

/** A task that an asynchronous service has accepted. */
export type Handle = z.infer<typeof handleSchema>;

type MailRef = Pick<ParsedMail, 'id' | 'revision' | 'document'>;

const refOf = ({ id, revision, document }: MailRef, task: Task): ObjectRef => ({
  bucket: document.bucket,
  key: taskHandleKey(id, revision, taskId(task)),
});

export async function keepHandle(store: ObjectStore, mail: MailRef, task: Task, handle: Handle): Promise<void> {
  await store.put(refOf(mail, task), Buffer.from(JSON.stringify(handle)), { contentType: 'application/json' });
}

/** Null while no service has accepted it. */
export async function readHandle(store: Pick<ObjectStore, 'get'>, mail: MailRef, task: Task): Promise<Handle | null> {
  const stored = await store.get(refOf(mail, task));
  const handle = handleSchema.safeParse(stored && (await readJson(stored.body)));
  return handle.success ? handle.data : null;
}
