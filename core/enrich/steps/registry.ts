import type { EnrichmentName } from '../../mail/enrichment-schema.ts';
import type { Step } from '../../mail/parsed-mail.ts';
import type { EnrichmentStep, TaskStep } from '../step.ts';
import { detonation } from './detonation/step.ts';
import { entities } from './entities/step.ts';
import { language } from './language/step.ts';
import { malware } from './malware/step.ts';
import { model } from './model/step.ts';
import { ocr } from './ocr/step.ts';
import { pii } from './pii/step.ts';
import { sentiment } from './sentiment/step.ts';

/** Every step, in the order of planning and execution. By its type, each field of `enrichment` needs one. */
export const STEPS = {
  language,
  ocr,
  malware,
  detonation,
  sentiment,
  entities,
  pii,
  model,
} satisfies StepRegistry;

export type StepRegistry = { [Name in EnrichmentName]: EnrichmentStep<Name> };

/** Steps with tasks for the enricher. */
export type AsyncStep = {
  [Name in EnrichmentName]: (typeof STEPS)[Name]['tasks'] extends null ? never : Name;
}[EnrichmentName];

export const STEP_NAMES = Object.keys(STEPS) as EnrichmentName[];

export const ASYNC_STEPS = STEP_NAMES.filter((name): name is AsyncStep => STEPS[name].tasks !== null);

const INLINE_PROVIDERS = new Set(STEP_NAMES.map((name) => STEPS[name].inline?.provider));

/**
 * Whether the enricher ran, or tried to run, this step of a document: neither an inline step of the parser nor a
 * skipped one.
 */
export const isFromEnricher = ({ name, provider, status }: Step): boolean =>
  ASYNC_STEPS.some((step) => step === name) && status !== 'skipped' && !INLINE_PROVIDERS.has(provider ?? '');

/** What plans and merges the tasks of a step, for code that works with any step. */
export const taskStep = (name: AsyncStep): TaskStep<AsyncStep> => STEPS[name].tasks;
