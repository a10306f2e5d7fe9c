import * as z from 'zod/mini';
import { type EnrichmentStep, firstFound, onText } from '../../step.ts';
import { modelConfig } from './config.ts';

export const model = {
  config: modelConfig,
  inline: null,
  tasks: {
    costMetric: 'modelCost',
    result: z.record(z.string(), z.unknown()),
    plan: ({ text }, settings) => (settings === null || text === null ? [] : onText(new URL(settings.url).hostname)),
    document: (entries) => firstFound(entries),
  },
} satisfies EnrichmentStep<'model', typeof modelConfig, Record<string, unknown>>;
