import type { S3Client } from '@aws-sdk/client-s3';
import type { DocumentProcessOptions } from '../../core/document/document-process.ts';
import type { AsyncStep } from '../../core/enrich/steps/registry.ts';
import type { Pending, Task, TaskOutcome } from '../../core/enrich/task.ts';
import type { Attachment, ParsedMail } from '../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { EnricherSettings } from '../../core/settings/enricher.ts';

/** The outcome of a task when `spend` returns false. */
export const OVER_BUDGET = { status: 'skipped', reason: 'over the daily budget', costUsd: 0 } as const;

/** One task, with everything a provider needs. */
export interface Work {
  task: Task;
  /** The document from the parser. */
  mail: ParsedMail;
  /** The attachment to process; null for the text. */
  attachment: Attachment | null;
  /** Fires at the deadline of the mail, or shortly before the timeout of the function. */
  signal: AbortSignal;
  /**
   * Reserves US dollars of today's budget, at list price; false when that would exceed it. Call it before each request
   * that costs, and report the reserved amount as `costUsd` of the outcome.
   */
  spend(usd: number): Promise<boolean>;
}

/**
 * A provider of a step. Anything in a mail becomes an outcome. Rejects with TransientError when a retry can help
 * (throttled, unreachable): the task is retried until the mail's deadline; any other rejection is recorded as `failed`.
 */
export interface StepRunner<Step extends AsyncStep = AsyncStep> {
  run(work: Work): Promise<TaskOutcome<Step> | Pending>;
  /**
   * Checks the state of an asynchronous task: after its completion message, its callback, or a poll. Must be
   * idempotent; may be called before completion or after the deadline. The content of a message is never trusted: the
   * service is asked.
   */
  resume?(work: Work, handle: string): Promise<TaskOutcome<Step> | Pending>;
}

export interface RunnerDependencies {
  settings: EnricherSettings;
  /** Options for opening documents. */
  documents: DocumentProcessOptions;
  s3: S3Client;
  store: ObjectStore;
}

/** Creates the configured provider of a step; null when the configuration does not have the step, or no longer does. */
export type CreateRunner<Step extends AsyncStep> = (
  deps: RunnerDependencies,
) => StepRunner<Step> | null | Promise<StepRunner<Step> | null>;
