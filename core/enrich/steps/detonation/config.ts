import * as z from 'zod/mini';
import { field, whole } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';
import { serviceConfiguration, serviceSettings, signedServiceAt } from '../../service-configuration.ts';

export const detonationConfig = configured({
  configuration: () =>
    field(
      z._default(
        z.nullable(
          z.strictObject({
            ...serviceConfiguration('Where the sandbox takes files'),
            deadlineSeconds: whole({ min: 1, max: 60, default: 10 }, 'Seconds to an answer of the service.'),
            contentTypes: field(
              z._default(
                z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.minLength(1), z.maxLength(50)),
                ['application/*'],
              ),
              'Types of the attachments that are sent, by their bytes or by their names, * for any characters. Default ["application/*"].',
            ),
            maxAttachmentsPerMail: whole({ min: 1, max: 50, default: 5 }, 'Attachments of one mail that are sent.'),
          }),
        ),
        null,
      ),
      'A sandbox of somebody else that runs attachments and watches them. Default none.',
    ),
  settings: z.nullable(
    z.object({ ...serviceSettings, contentTypes: z.array(z.string()), maxAttachmentsPerMail: z.int() }),
  ),
  off: null,
  settingsAt: (service, place) => service && signedServiceAt('enrichment.detonation', service, place),
});
