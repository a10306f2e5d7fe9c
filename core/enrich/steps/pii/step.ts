import type * as z from 'zod/mini';
import { piiSchema } from '../../../mail/enrichment-schema.ts';
import { type EnrichmentStep, firstFound, onText } from '../../step.ts';
import { piiConfig } from './config.ts';

export const pii = {
  config: piiConfig,
  inline: null,
  tasks: {
    costMetric: 'piiCost',
    result: piiSchema,
    // Offsets make sense in the plain text only.
    plan: ({ text }, on) => (on && text !== null ? onText('comprehend') : []),
    document: (entries) => firstFound(entries),
  },
} satisfies EnrichmentStep<'pii', typeof piiConfig, z.infer<typeof piiSchema>>;
