import type * as z from 'zod/mini';
import { entitiesSchema } from '../../../mail/enrichment-schema.ts';
import { type EnrichmentStep, firstFound, onText } from '../../step.ts';

export const entities = {
  inline: null,
  tasks: {
    costMetric: 'entitiesCost',
    result: entitiesSchema,
    // Offsets have a meaning in the plain text alone.
    plan: ({ text }, on) => (on && text !== null ? onText('comprehend') : []),
    document: (entries) => firstFound(entries),
  },
} satisfies EnrichmentStep<'entities', boolean, z.infer<typeof entitiesSchema>>;
