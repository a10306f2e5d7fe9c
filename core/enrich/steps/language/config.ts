import * as z from 'zod/mini';
import { flag } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';

export const languageConfig = configured({
  configuration: () => flag(true, 'Finds the dominant language of the text.'),
  settings: z.boolean(),
  off: false,
  settingsAt: (on) => on,
});
