import { comprehend, createComprehendClient } from '../../../../core/aws/comprehend.ts';
import { ComprehendStep } from '../../comprehend/comprehend-step.ts';
import { piiBy } from '../../comprehend/operations.ts';
import type { CreateRunner } from '../../runner.ts';

export const createRunner: CreateRunner<'pii'> = ({ settings: { enrichment } }) =>
  enrichment.pii ? new ComprehendStep(piiBy(comprehend(createComprehendClient()))) : null;
