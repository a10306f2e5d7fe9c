import { createHash } from 'node:crypto';
import type { Pending, TaskOutcome } from '../../../core/enrich/task.ts';
import type { Attachment } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { StepRunner, Work } from '../../../lambda/enricher/runner.ts';
import { attachment, parsedMail } from '../parsed-mail.ts';

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Stores an attachment as the parser does. */
export async function stored(
  store: ObjectStore,
  bytes: Buffer,
  overrides: Partial<Attachment> = {},
): Promise<Attachment> {
  const partId = overrides.partId ?? '2';
  const made = attachment({ size: bytes.length, sha256: sha256(bytes), key: `attachments/x/${partId}`, ...overrides });
  await store.put({ bucket: made.bucket, key: made.key }, bytes);
  return made;
}

/** The task of reading the attachment, recording what it spends. */
export function workOn(
  made: Attachment,
  overrides: Partial<Work> & { budgetUsd?: number } = {},
): Work & { spent: number[] } {
  const { budgetUsd = 1, ...rest } = overrides;
  const spent: number[] = [];
  return {
    task: { step: 'ocr', provider: 'test', partId: made.partId, skip: null },
    mail: parsedMail({ attachments: [made] }),
    attachment: made,
    signal: new AbortController().signal,
    async spend(usd) {
      const fits = spent.reduce((sum, cost) => sum + cost, usd) <= budgetUsd;
      if (fits) spent.push(usd);
      return fits;
    },
    ...rest,
    spent,
  };
}

/** Polls as the flow does, for as long as the task is pending at a service. */
export async function runToEnd(runner: StepRunner<'ocr'>, work: Work): Promise<TaskOutcome<'ocr'>> {
  let outcome: TaskOutcome<'ocr'> | Pending = await runner.run(work);
  while (outcome.status === 'pending') {
    if (runner.resume === undefined) throw new Error('nobody can ask again');
    outcome = await runner.resume(work, outcome.handle);
  }
  return outcome;
}
