import type { EnrichmentStep } from '../../step.ts';
import { detectLanguage, loadLanguages } from '../../text/language.ts';
import { languageConfig } from './config.ts';

export const language = {
  config: languageConfig,
  inline: {
    provider: 'eld',
    load: loadLanguages,
    isOn: (on) => on,
    run: async (text) => ({ found: await detectLanguage(text) }),
  },
  tasks: null,
} satisfies EnrichmentStep<'language', typeof languageConfig>;
