import { z } from 'zod';
import { whole } from '../mail/field.ts';

/** `canary` of the configuration. */
export const canarySchema = z
  .strictObject({
    everyMinutes: whole({ min: 5, max: 720, default: 15 }, 'Minutes between two mails.'),
  })
  .nullable()
  .default(null)
  .describe(
    'Sends a test mail through the edge on a schedule, over a second port of the load balancer, and raises an alarm when none reaches its own queue, parsed-mail-canary (docs/doctor.md). Needs the edge. Default none.',
  );
