import * as z from 'zod/mini';
import {
  detonatedAttachmentSchema,
  entitiesSchema,
  piiSchema,
  readDocumentSchema,
  scannedAttachmentSchema,
  sentimentSchema,
} from '../mail/enrichment-schema.ts';

/**
 * Steps that take too long for the parser, and the form of what one task of each finds. A plug-in is a step here, what
 * it works on in `plan.ts`, where its findings go in `merge.ts`, and one runner for each provider in `lambda/enricher`.
 */
export const STEP_RESULTS = {
  ocr: readDocumentSchema,
  malware: scannedAttachmentSchema,
  detonation: detonatedAttachmentSchema,
  sentiment: sentimentSchema,
  entities: entitiesSchema,
  pii: piiSchema,
  model: z.record(z.string(), z.unknown()),
} as const;

export type SlowStep = keyof typeof STEP_RESULTS;
export const SLOW_STEPS: readonly SlowStep[] = [
  'ocr',
  'malware',
  'detonation',
  'sentiment',
  'entities',
  'pii',
  'model',
];

export const taskSchema = z.object({
  step: z.enum(SLOW_STEPS as [SlowStep, ...SlowStep[]]),
  /** Which program or service is to do it. */
  provider: z.string(),
  /** The attachment it is about; null for the text of the mail. */
  partId: z.nullable(z.string()),
  /** Why it is not to be done, a limit of the mail for instance: it goes into the ledger as it is. */
  skip: z.nullable(z.string()),
});

/** One thing to be done for one mail. */
export type Task = z.infer<typeof taskSchema>;

export const taskId = ({ step, partId }: Pick<Task, 'step' | 'partId'>): string =>
  partId === null ? step : `${step}.${partId}`;

export type StepResult<Step extends SlowStep = SlowStep> = z.infer<(typeof STEP_RESULTS)[Step]>;

/** What became of a task; `result` is that of its step when the status is `ok`. */
export type TaskOutcome<Step extends SlowStep = SlowStep> =
  | { status: 'ok'; result: StepResult<Step>; costUsd: number }
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
