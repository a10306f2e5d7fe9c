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
            ...serviceConfiguration('URL of the model'),
            deadlineSeconds: whole({ min: 1, max: 60, default: 30 }, 'Seconds to wait for an answer.'),
            costUsd: field(
              z._default(z.number().check(z.minimum(0), z.maximum(10)), 0),
              'Price of one request, US dollars; it counts against the budget. Default 0.',
            ),
          }),
        ),
        null,
      ),
      'Your own model, which receives the text of each mail. Default none.',
    ),
  settings: z.nullable(z.object({ ...serviceSettings, costUsd: z.number() })),
  off: null,
  settingsAt: (service, place) => service && signedServiceAt('enrichment.model', service, place),
});
