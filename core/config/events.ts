import { z } from 'zod';

/** `events` of the configuration. */
export const eventsSchema = z
  .strictObject({
    busName: z
      .string()
      .regex(/^[\w.-]{1,256}$/, 'write the name of a bus, "default" or one that you created, and no ARN')
      .nullable()
      .default(null)
      .describe(
        'EventBridge bus that gets an event "Mail Parsed" for every mail on its queues (docs/workflows.md): "default", or one that is there already, in the account and region of the deployment. Default none.',
      ),
  })
  .prefault({})
  .describe('Events for rules and workflows.');
