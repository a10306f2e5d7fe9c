import { comprehend, createComprehendClient } from '../../../../core/aws/comprehend.ts';
import { ComprehendStep } from '../../comprehend/comprehend-step.ts';
import { entitiesBy } from '../../comprehend/operations.ts';
import type { CreateRunner } from '../../runner.ts';

export const createRunner: CreateRunner<'entities'> = ({ settings: { enrichment } }) =>
  enrichment.entities ? new ComprehendStep(entitiesBy(comprehend(createComprehendClient()))) : null;
