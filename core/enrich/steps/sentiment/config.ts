import * as z from 'zod/mini';
import { field } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';

export const sentimentConfig = configured({
  configuration: () =>
    field(
      z._default(z.enum(['off', 'local', 'comprehend']), 'local'),
      'Sentiment of the text: "local" with a word list (English only), "comprehend" with Amazon Comprehend. Default "local".',
    ),
  settings: z.nullable(z.enum(['local', 'comprehend'])),
  off: null,
  // Local mode has no Comprehend.
  settingsAt: (by, place) => (by === 'off' ? null : place === 'local' ? 'local' : by),
});
