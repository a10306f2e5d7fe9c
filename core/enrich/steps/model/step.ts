import * as z from 'zod/mini';
import type { EnrichmentSettings } from '../../../settings/enrichment.ts';
import { type EnrichmentStep, firstFound, onText } from '../../step.ts';

export const model = {
  inline: null,
  tasks: {
    costMetric: 'modelCost',
    result: z.record(z.string(), z.unknown()),
    plan: ({ text }, settings) => (settings === null || text === null ? [] : onText(new URL(settings.url).hostname)),
    document: (entries) => firstFound(entries),
  },
} satisfies EnrichmentStep<'model', EnrichmentSettings['model'], Record<string, unknown>>;
