import type * as z from 'zod/mini';
import { entitiesSchema } from '../../../mail/enrichment-schema.ts';
import { type EnrichmentStep, firstFound, onText } from '../../step.ts';
import { entitiesConfig } from './config.ts';

export const entities = {
  config: entitiesConfig,
  inline: null,
  tasks: {
    costMetric: 'entitiesCost',
    result: entitiesSchema,
    // Offsets make sense in the plain text only.
    plan: ({ text }, on) => (on && text !== null ? onText('comprehend') : []),
    document: (entries) => firstFound(entries),
  },
} satisfies EnrichmentStep<'entities', typeof entitiesConfig, z.infer<typeof entitiesSchema>>;
