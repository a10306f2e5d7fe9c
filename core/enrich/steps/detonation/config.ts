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
            ...serviceConfiguration('URL of the sandbox'),
            deadlineSeconds: whole({ min: 1, max: 60, default: 10 }, 'Seconds to wait for an answer.'),
            contentTypes: field(
              z._default(
                z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.minLength(1), z.maxLength(50)),
                ['application/*'],
              ),
              'Content types of the attachments to send, by their bytes or by their names; * matches any characters. Default ["application/*"].',
            ),
            maxAttachmentsPerMail: whole({ min: 1, max: 50, default: 5 }, 'Maximum attachments to send per mail.'),
          }),
        ),
        null,
      ),
      'A third-party sandbox that runs attachments and observes them. Default none.',
    ),
  settings: z.nullable(
    z.object({ ...serviceSettings, contentTypes: z.array(z.string()), maxAttachmentsPerMail: z.int() }),
  ),
  off: null,
  settingsAt: (service, place) => service && signedServiceAt('enrichment.detonation', service, place),
});
