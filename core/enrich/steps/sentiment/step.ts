import { type Sentiment, sentimentSchema } from '../../../mail/enrichment-schema.ts';
import { type EnrichmentStep, firstFound, onText } from '../../step.ts';
import { detectLanguage, loadLanguages } from '../../text/language.ts';
import { loadWordList, localSentiment } from '../../text/local-sentiment.ts';
import { sentimentConfig } from './config.ts';

export const sentiment = {
  config: sentimentConfig,
  inline: {
    provider: 'vader-sentiment',
    load: () => Promise.all([loadLanguages(), loadWordList()]),
    isOn: (settings) => settings === 'local',
    async run(text, found) {
      const language = found.language === undefined ? await detectLanguage(text) : found.language;
      if (language?.language === 'en') return { found: await localSentiment(text) };
      const actual = language === null ? 'of an unknown language' : language.language;
      return { skipped: `its word list is English, the text is ${actual}` };
    },
  },
  tasks: {
    costMetric: 'sentimentCost',
    result: sentimentSchema,
    // The HTML of a mail has a sentiment as well.
    plan: ({ text, html }, settings) =>
      settings === 'comprehend' && (text !== null || html !== null) ? onText('comprehend') : [],
    document: (entries) => firstFound(entries),
  },
} satisfies EnrichmentStep<'sentiment', typeof sentimentConfig, Sentiment>;
