import * as z from 'zod/mini';
import { isMailId } from '../mail/id.ts';
import { jsonOf } from '../mail/json.ts';
import { attachmentOfKey } from '../mail/keys.ts';
import type { MailRevision } from './draft.ts';
import { ASYNC_STEPS } from './steps/registry.ts';
import { type Task, taskSchema } from './task.ts';

const mailSchema = { id: z.string().check(z.refine(isMailId)), revision: z.int() };

const ownSchema = z.discriminatedUnion('type', [
  /** There is a draft: run its tasks. */
  z.object({ type: z.literal('enrich'), ...mailSchema }),
  /** Sent with a delay: publish the mail with the results so far. */
  z.object({ type: z.literal('deadline'), ...mailSchema }),
  /** A service may have an answer to one task. A sender that does not know the revision omits it. */
  z.object({
    type: z.literal('resume'),
    id: mailSchema.id,
    revision: z.optional(mailSchema.revision),
    step: z.enum(ASYNC_STEPS),
    partId: taskSchema.shape.partId,
  }),
]);

type Own = z.infer<typeof ownSchema>;

/** A message to the enricher. A completion without a revision is about every enrichment of the mail. */
export type EnrichMessage =
  | Exclude<Own, { type: 'resume' }>
  | (Pick<Task, 'step' | 'partId'> & { type: 'resume'; id: string; revision: number | null });

export const encodeEnrichMessage = (message: Own): string => JSON.stringify(message);

export const enrichMessage = (type: 'enrich' | 'deadline', { id, revision }: MailRevision): string =>
  encodeEnrichMessage({ type, id, revision });

/** What Textract publishes to SNS when a job has ended; SNS wraps it unless raw delivery is on. */
const textractSchema = z.object({ JobId: z.string(), JobTag: z.string() });
const snsSchema = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** EventBridge: GuardDuty has scanned an object. */
const guardDutySchema = z.object({
  source: z.literal('aws.guardduty'),
  'detail-type': z.literal('GuardDuty Malware Protection Object Scan Result'),
  detail: z.object({ s3ObjectDetails: z.object({ objectKey: z.string() }) }),
});

/** `JobTag` of a Textract job: 1 to 64 of [a-zA-Z0-9_.-:] (Textract quota). Null for a part nested too deep for one. */
export function textractJobTag({ id, revision }: MailRevision, partId: string): string | null {
  const tag = `${id}.${revision}.${partId}`;
  return tag.length <= 64 && JOB_TAG.test(tag) ? tag : null;
}

const JOB_TAG = /^(?<id>[0-9A-Z]{26})\.(?<revision>\d{1,9})\.(?<partId>[\w.-]+)$/;

/** Null for a message that the enricher does not know. The result inside a completion is not trusted. */
export function decodeEnrichMessage(body: string): EnrichMessage | null {
  const value = jsonOf(body);
  const own = ownSchema.safeParse(value);
  if (own.success) return own.data.type === 'resume' ? { ...own.data, revision: own.data.revision ?? null } : own.data;
  const guardDuty = guardDutySchema.safeParse(value);
  if (guardDuty.success) {
    const attachment = attachmentOfKey(guardDuty.data.detail.s3ObjectDetails.objectKey);
    return attachment === null ? null : { type: 'resume', ...attachment, revision: null, step: 'malware' };
  }
  const sns = snsSchema.safeParse(value);
  const textract = textractSchema.safeParse(sns.success ? jsonOf(sns.data.Message) : value);
  const tag = textract.success ? JOB_TAG.exec(textract.data.JobTag)?.groups : undefined;
  const { id = '', revision = '', partId = '' } = tag ?? {};
  if (!isMailId(id)) return null;
  return { type: 'resume', id, revision: Number(revision), step: 'ocr', partId };
}
