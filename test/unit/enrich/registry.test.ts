import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ASYNC_STEPS, STEP_NAMES, STEPS, type StepRegistry } from '../../../core/enrich/steps/registry.ts';
import { ENRICHMENTS } from '../../../core/mail/enrichment-schema.ts';

it('each step has a folder in core, and those with tasks a runner of the same name in the enricher', () => {
  expect(readdirSync('lambda/enricher/steps').sort()).toEqual([...ASYNC_STEPS].sort());
  const inCore = readdirSync('core/enrich/steps').filter((name) => !name.endsWith('.ts'));
  expect(inCore.sort()).toEqual([...STEP_NAMES].sort());
  expect([...ENRICHMENTS].sort()).toEqual([...STEP_NAMES].sort());
});

it('a document field without a step does not compile', () => {
  const { model: _, ...rest } = STEPS;
  // @ts-expect-error: `model` is missing. test/long/step-of-your-own.test.ts covers the other parts of a step.
  const broken: StepRegistry = rest;
  expect(Object.keys(broken)).not.toContain('model');
});
