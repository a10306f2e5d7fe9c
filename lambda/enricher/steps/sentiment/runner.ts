import { comprehend, createComprehendClient } from '../../../../core/aws/comprehend.ts';
import { ComprehendStep } from '../../comprehend/comprehend-step.ts';
import { sentimentBy } from '../../comprehend/operations.ts';
import type { CreateRunner } from '../../runner.ts';

export const createRunner: CreateRunner<'sentiment'> = ({ settings: { enrichment } }) =>
  enrichment.sentiment === 'comprehend' ? new ComprehendStep(sentimentBy(comprehend(createComprehendClient()))) : null;
