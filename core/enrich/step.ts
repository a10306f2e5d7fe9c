import type * as z from 'zod/mini';
import type { Enrichment, EnrichmentName } from '../mail/enrichment-schema.ts';
import type { Attachment, ParsedMail, Step } from '../mail/parsed-mail.ts';
import type { MetricKey } from '../metrics/names.ts';
import type { Configured } from './configured.ts';

/**
 * All that core knows of a step. It is done in the parser (`inline`), by the enricher (`tasks`), or by either, as the
 * configuration says.
 */
export type EnrichmentStep<Name extends EnrichmentName, Config extends AnyConfig = AnyConfig, Result = unknown> = {
  config: Config;
} & (
  | { inline: InlineStep<Name, SettingsOf<Config>>; tasks: null }
  | { inline: InlineStep<Name, SettingsOf<Config>> | null; tasks: TaskStep<Name, SettingsOf<Config>, Result> }
);

type AnyConfig = Configured<z.ZodMiniType, z.ZodMiniType>;
export type SettingsOf<Config extends AnyConfig> = z.output<Config['settings']>;

/** A step that takes about a millisecond, and needs nobody. */
export interface InlineStep<Name extends EnrichmentName, Settings = unknown> {
  provider: string;
  /** Loads what it needs, once, so that no mail has to wait for it. */
  load(): Promise<unknown>;
  isOn(settings: Settings): boolean;
  /** @param found by inline steps before this one: null when they found nothing, absent when they were not asked for */
  run(text: string, found: InlineFindings): Promise<Did<Enrichment[Name]>>;
}

export type InlineFindings = { readonly [Name in EnrichmentName]?: Enrichment[Name] | null };

/** It found something, or nothing (null), or there was nothing to do for it. */
export type Did<Found> = { found: Found | null } | { skipped: string };

/** A step whose tasks wait for somebody: its runner is `lambda/enricher/steps/<name>/runner.ts`. */
export interface TaskStep<Name extends EnrichmentName, Settings = unknown, Result = unknown> {
  /** Where the budget counts what it costs; null when it costs nothing, or AWS bills it by itself. */
  costMetric: MetricKey | null;
  /** What one task finds. */
  result: z.ZodMiniType<Result>;
  /** What there is to do for a mail; nothing when the step is off. It depends on nothing but its two parameters. */
  plan(mail: ParsedMail, settings: Settings): PlannedTask[];
  /** Its field of the document; undefined when it found nothing. */
  document(entries: readonly Entry<Result>[]): Enrichment[Name] | undefined;
}

export interface PlannedTask {
  /** Which program or service is to do it. */
  provider: string;
  /** The attachment it is about; null for the text of the mail. */
  partId: string | null;
  /** Why it is not to be done, a limit of the mail for instance: it goes into the ledger as it is. */
  skip: string | null;
  /** Further attachments that the same task is about: where each would be a task of its own, and there are many. */
  moreParts?: string[] | undefined;
}

/** What became of one task: its line of the ledger, and what it found when that is `ok`. */
export interface Entry<Result> {
  /** Attachments that the task is about; `step.partId` is the first. */
  parts: readonly string[];
  step: Step;
  result: Result | null;
}

/** The one task of a step that looks at the text. */
export const onText = (provider: string): PlannedTask[] => [{ provider, partId: null, skip: null }];

/** A task for each attachment, but for those beyond `most`. */
export function onAttachments(provider: string, attachments: readonly Attachment[], most: number): PlannedTask[] {
  return attachments.map(({ partId }, index) => ({
    provider,
    partId,
    skip: index < most ? null : `the mail has more than ${most} attachments for this step`,
  }));
}

export const foundIn = <Result>(entries: readonly Entry<Result>[]): Result[] =>
  entries.flatMap(({ result }) => (result === null ? [] : [result]));

/** Of a step that has one task. */
export const firstFound = <Result>(entries: readonly Entry<Result>[]): Result | undefined => foundIn(entries)[0];
