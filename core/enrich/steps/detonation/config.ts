import * as z from 'zod/mini';
import { field } from '../../../mail/field.ts';
import { configured } from '../../configured.ts';
import { serviceConfiguration, serviceSettings, signedServiceAt } from '../../service-configuration.ts';

export const detonationConfig = configured({
  configuration: () =>
    field(
      z._default(
        z.nullable(
          z.strictObject({
            ...serviceConfiguration('Where the sandbox takes files'),
            deadlineSeconds: field(
              z._default(z.int().check(z.minimum(1), z.maximum(60)), 10),
              'Seconds to an answer of the service. Default 10.',
            ),
            contentTypes: field(
              z._default(
                z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.minLength(1), z.maxLength(50)),
                ['application/*'],
              ),
              'Detected types of the attachments that are sent, * for any characters. Default ["application/*"].',
            ),
            maxAttachmentsPerMail: field(
              z._default(z.int().check(z.minimum(1), z.maximum(50)), 5),
              'Attachments of one mail that are sent. Default 5.',
            ),
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
