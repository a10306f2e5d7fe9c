import type { S3Client } from '@aws-sdk/client-s3';
import type { DocumentProcessOptions } from '../../core/document/document-process.ts';
import type { AsyncStep } from '../../core/enrich/steps/registry.ts';
import type { Pending, Task, TaskOutcome } from '../../core/enrich/task.ts';
import type { Attachment, ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { EnricherSettings } from '../../core/settings/enricher.ts';

/** What a task comes to when `spend` says no. */
export const OVER_BUDGET = { status: 'skipped', reason: 'over the daily budget', costUsd: 0 } as const;

/** One task, with what a provider needs to do it. */
export interface Work {
  task: Task;
  /** The document as the parser made it. */
  mail: ParsedMail;
  /** The attachment that the task is about; null when it is about the text. */
  attachment: Attachment | null;
  /** Fires at the deadline of the mail, or shortly before the function would be ended. */
  signal: AbortSignal;
  /**
   * Sets US dollars of today's budget aside, by list price; false when that would go beyond it. Ask before each request
   * that costs, and report what was set aside as `costUsd` of the outcome.
   */
  spend(usd: number): Promise<boolean>;
}

/**
 * A provider of a step. Whatever a mail says becomes an outcome. Rejects with TransientError when trying again can help
 * (throttled, unreachable): the task is tried again until the mail's deadline; any other rejection is recorded as `failed`.
 */
export interface StepRunner<Step extends AsyncStep = AsyncStep> {
  run(work: Work): Promise<TaskOutcome<Step> | Pending>;
  /**
   * Looks at what an asynchronous service has made of it: after its completion message, its call-back, or a poll. It
   * may be asked twice, early, or late. What a message says is never believed: the service is asked.
   */
  resume?(work: Work, handle: string): Promise<TaskOutcome<Step> | Pending>;
}

export interface RunnerDependencies {
  settings: EnricherSettings;
  /** Opens documents. */
  documents: DocumentProcessOptions;
  s3: S3Client;
  store: ObjectStore;
}

/** Makes the provider of a step that the configuration names; null when it does not have the step (any more). */
export type CreateRunner<Step extends AsyncStep> = (
  deps: RunnerDependencies,
) => StepRunner<Step> | null | Promise<StepRunner<Step> | null>;
