import * as z from 'zod/mini';
import { flag } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';

export const piiConfig = configured({
  configuration: () => flag(false, 'Finds personal data in the text with Amazon Comprehend.'),
  settings: z.boolean(),
  off: false,
  // Local mode has no Comprehend.
  settingsAt: (on, place) => on && place === 'aws',
});
