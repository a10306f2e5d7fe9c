import * as z from 'zod/mini';
import { field } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';

export const entitiesConfig = configured({
  configuration: () =>
    field(
      z._default(z.boolean(), false),
      'Finds persons, places, dates … in the text with Amazon Comprehend. Default false.',
    ),
  settings: z.boolean(),
  off: false,
  // Local mode has no Comprehend.
  settingsAt: (on, place) => on && place === 'aws',
});
