import * as z from 'zod/mini';
import { field, whole } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';
import { serviceConfiguration, serviceSettings, signedServiceAt } from '../../service-configuration.ts';

export const modelConfig = configured({
  configuration: () =>
    field(
      z._default(
        z.nullable(
          z.strictObject({
            ...serviceConfiguration('Where the model answers'),
            deadlineSeconds: whole({ min: 1, max: 60, default: 30 }, 'Seconds to an answer.'),
            costUsd: field(
              z._default(z.number().check(z.minimum(0), z.maximum(10)), 0),
              'What one request costs, US dollars: it counts against the budget. Default 0.',
            ),
          }),
        ),
        null,
      ),
      'A model of your own that is shown the text of each mail. Default none.',
    ),
  settings: z.nullable(z.object({ ...serviceSettings, costUsd: z.number() })),
  off: null,
  settingsAt: (service, place) => service && signedServiceAt('enrichment.model', service, place),
});
