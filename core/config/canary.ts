import { z } from 'zod';
import { whole } from '../mail/field.ts';

/** `canary` of the configuration. */
export const canarySchema = z
  .strictObject({
    everyMinutes: whole({ min: 5, max: 720, default: 15 }, 'Minutes from one mail to the next.'),
  })
  .nullable()
  .default(null)
  .describe(
    'Sends a mail through the edge on a schedule, by a second port of the balancer, and raises an alarm when none comes out (docs/doctor.md). Its mails have a queue of their own, parsed-mail-canary. Needs the edge. Default none.',
  );
