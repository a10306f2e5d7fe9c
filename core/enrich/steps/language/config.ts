import * as z from 'zod/mini';
import { field } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';

export const languageConfig = configured({
  configuration: () => field(z._default(z.boolean(), true), 'Finds the dominant language of the text. Default true.'),
  settings: z.boolean(),
  off: false,
  settingsAt: (on) => on,
});
