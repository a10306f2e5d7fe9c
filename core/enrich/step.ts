import type * as z from 'zod/mini';
import type { Enrichment, EnrichmentName } from '../mail/enrichment-schema.ts';
import type { Attachment, ParsedMail, Step } from '../mail/parsed-mail.ts';
import type { MetricKey } from '../metrics/names.ts';
import type { Configured } from './configured.ts';

/**
 * All that core knows of a step. The parser does it (`inline`), the enricher (`tasks`), or either, depending on the
 * configuration.
 */
export type EnrichmentStep<Name extends EnrichmentName, Config extends AnyConfig = AnyConfig, Result = unknown> = {
  config: Config;
} & (
  | { inline: InlineStep<Name, SettingsOf<Config>>; tasks: null }
  | { inline: InlineStep<Name, SettingsOf<Config>> | null; tasks: TaskStep<Name, SettingsOf<Config>, Result> }
);

type AnyConfig = Configured<z.ZodMiniType, z.ZodMiniType>;
export type SettingsOf<Config extends AnyConfig> = z.output<Config['settings']>;

/** A step that takes about a millisecond and calls no service. */
export interface InlineStep<Name extends EnrichmentName, Settings = unknown> {
  provider: string;
  /** Loads what the step needs, once, so that no mail waits for it. */
  load(): Promise<unknown>;
  isOn(settings: Settings): boolean;
  /** @param found by inline steps before this one: null when they found nothing, absent when they were not requested */
  run(text: string, found: InlineFindings): Promise<Did<Enrichment[Name]>>;
}

export type InlineFindings = { readonly [Name in EnrichmentName]?: Enrichment[Name] | null };

/** A finding, nothing found (null), or a reason why there was nothing to do. */
export type Did<Found> = { found: Found | null } | { skipped: string };

/** A step whose tasks call a service: its runner is `lambda/enricher/steps/<name>/runner.ts`. */
export interface TaskStep<Name extends EnrichmentName, Settings = unknown, Result = unknown> {
  /** The metric of its cost; null when it is free, or billed by AWS directly. */
  costMetric: MetricKey | null;
  /** The result of one task. */
  result: z.ZodMiniType<Result>;
  /** The tasks for a mail; none when the step is off. Depends only on its two parameters. */
  plan(mail: ParsedMail, settings: Settings): PlannedTask[];
  /** Its field of the document; undefined when it found nothing. */
  document(entries: readonly Entry<Result>[]): Enrichment[Name] | undefined;
}

export interface PlannedTask {
  /** The program or service that will do it. */
  provider: string;
  /** The attachment to process; null for the text of the mail. */
  partId: string | null;
  /** Why it is not to be done, such as a limit per mail; recorded in the ledger. */
  skip: string | null;
  /** Further attachments of the same task, when there are too many for a task each. */
  moreParts?: string[] | undefined;
}

/** The outcome of one task: its line of the ledger, and its result when that is `ok`. */
export interface Entry<Result> {
  /** Attachments of the task; `step.partId` is the first. */
  parts: readonly string[];
  step: Step;
  result: Result | null;
}

/** The one task of a step that processes the text. */
export const onText = (provider: string): PlannedTask[] => [{ provider, partId: null, skip: null }];

/** One task per attachment, with those beyond `most` skipped. */
export function onAttachments(provider: string, attachments: readonly Attachment[], most: number): PlannedTask[] {
  return attachments.map(({ partId }, index) => ({
    provider,
    partId,
    skip: index < most ? null : `the mail has more than ${most} attachments for this step`,
  }));
}

export const foundIn = <Result>(entries: readonly Entry<Result>[]): Result[] =>
  entries.flatMap(({ result }) => (result === null ? [] : [result]));

/** For a step with one task. */
export const firstFound = <Result>(entries: readonly Entry<Result>[]): Result | undefined => foundIn(entries)[0];
