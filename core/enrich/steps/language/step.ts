import type { EnrichmentStep } from '../../step.ts';
import { detectLanguage, loadLanguages } from '../../text/language.ts';

export const language = {
  inline: {
    provider: 'eld',
    load: loadLanguages,
    isOn: (on) => on,
    run: async (text) => ({ found: await detectLanguage(text) }),
  },
  tasks: null,
} satisfies EnrichmentStep<'language', boolean>;
