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

/** Every step, in the order in which they are planned and done. The compiler asks for one for each field of `enrichment`. */
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

/** Steps that have tasks for the enricher. */
export type AsyncStep = {
  [Name in EnrichmentName]: (typeof STEPS)[Name]['tasks'] extends null ? never : Name;
}[EnrichmentName];

export const STEP_NAMES = Object.keys(STEPS) as EnrichmentName[];

export const ASYNC_STEPS = STEP_NAMES.filter((name): name is AsyncStep => STEPS[name].tasks !== null);

const INLINE_PROVIDERS = new Set(STEP_NAMES.map((name) => STEPS[name].inline?.provider));

/** Whether the enricher did this step of a document, or tried to: not one that the parser does inline, or that was skipped. */
export const isFromEnricher = ({ name, provider, status }: Step): boolean =>
  ASYNC_STEPS.some((slow) => slow === name) && status !== 'skipped' && !INLINE_PROVIDERS.has(provider ?? '');

/** The part of a step that its tasks are planned and merged by, for code that does not mind which step it is. */
export const taskStep = (name: AsyncStep): TaskStep<AsyncStep> => STEPS[name].tasks;
