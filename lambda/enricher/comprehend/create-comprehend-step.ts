import { comprehend, createComprehendClient } from '../../../core/aws/comprehend.ts';
import type { StepRunner } from '../runner.ts';
import { ComprehendStep, type ComprehendStepName } from './comprehend-step.ts';
import { entitiesBy, piiBy, sentimentBy } from './operations.ts';

/** A step with a client of its own; connections are made when they are needed. */
export function createComprehendStep(step: ComprehendStepName): StepRunner {
  const service = comprehend(createComprehendClient());
  if (step === 'sentiment') return new ComprehendStep(sentimentBy(service));
  return step === 'entities' ? new ComprehendStep(entitiesBy(service)) : new ComprehendStep(piiBy(service));
}
