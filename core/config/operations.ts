import { z } from 'zod';
import { whole } from '../mail/field.ts';

/** Retentions that CloudWatch Logs offers. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** `alarms` of the configuration. */
export const alarmsSchema = z
  .strictObject({
    email: z
      .email('write a mail address such as ops@example.org')
      .nullable()
      .default(null)
      .describe(
        'Address that receives the alarms, preferably one whose mail does not come through this pipeline. AWS sends it a confirmation request. Default none: subscribe to the topic yourself.',
      ),
    queueAgeSeconds: whole(
      { min: 60, max: 1_209_600, default: 900 },
      'Age of the oldest message in a queue that raises the alarm, seconds.',
    ),
    deferredPercent: z
      .number()
      .min(0.1)
      .max(100)
      .default(5)
      .describe('Share of mails answered 4xx after DATA that raises the alarm, per cent. Default 5.'),
  })
  .prefault({})
  .describe('Alarms, each explained in docs/runbook.md.');

/** `logs` of the configuration. */
export const logsSchema = z
  .strictObject({
    retentionDays: z
      .literal([...LOG_DAYS])
      .default(30)
      .describe('Retention of the logs, days, one of the values that CloudWatch offers. Default 30.'),
  })
  .prefault({})
  .describe('Logs in CloudWatch.');
