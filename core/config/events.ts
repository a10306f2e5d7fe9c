import { z } from 'zod';

/** `events` of the configuration. */
export const eventsSchema = z
  .strictObject({
    busName: z
      .string()
      .regex(/^[\w.-]{1,256}$/, 'write the name of a bus, "default" or one that you created, not an ARN')
      .nullable()
      .default(null)
      .describe(
        'EventBridge bus that receives an event "Mail Parsed" for every mail put on a queue (docs/workflows.md): "default", or an existing bus in the account and region of the deployment. Default none.',
      ),
  })
  .prefault({})
  .describe('Events for rules and workflows.');
