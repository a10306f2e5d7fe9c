import { z } from 'zod';
import { QUEUE_MESSAGE_DEFAULT_BYTES, SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';

/** AWS quota: 14 days. */
export const MAX_RETENTION_SECONDS = 1_209_600;

/** Settings of every queue that you consume, with the bounds of SQS. */
const SETTINGS = {
  messageLimitBytes: z
    .int()
    .min(16 * 1024)
    .max(SQS_MESSAGE_MAX_BYTES, 'SQS carries 1 MiB (1048576) at most; larger mails are read from `document`')
    .describe('Maximum size of a parsed-mail message, bytes; above it large fields are in the document only.'),
  visibilityTimeoutSeconds: z
    .int()
    .min(1)
    .max(43_200, 'SQS allows 12 hours (43200) at most')
    .describe('Seconds that your consumer has to process a message before SQS delivers it again.'),
  retentionSeconds: z
    .int()
    .min(60)
    .max(MAX_RETENTION_SECONDS, 'SQS keeps a message for 14 days (1209600) at most')
    .describe(
      'Seconds that SQS keeps an unread message. With a webhook, longer than all attempts to post a mail take (docs/webhooks.md).',
    ),
  maxReceiveCount: z
    .int()
    .min(1)
    .max(1_000)
    .describe(
      'Times that your consumer may fail on a message before it goes to the dead-letter queue. With a webhook: attempts to post a mail.',
    ),
};

function setting(name: keyof typeof SETTINGS, fallback: number, shown = String(fallback)) {
  return SETTINGS[name].default(fallback).describe(`${SETTINGS[name].description} Default ${shown}.`);
}

/** `queue` of the configuration: the parsed-mail queue that you consume. */
export const queueSchema = z
  .strictObject({
    messageLimitBytes: setting('messageLimitBytes', QUEUE_MESSAGE_DEFAULT_BYTES, '256 KiB'),
    oversize: z
      .enum(['omit', 'claim-check'])
      .default('omit')
      .describe(
        'What happens to a larger mail: "omit" leaves its largest fields out of the message, "claim-check" sends a pointer to the document that Amazon\'s extended client libraries follow; configure them not to delete the payload, which is the document. Default "omit".',
      ),
    visibilityTimeoutSeconds: setting('visibilityTimeoutSeconds', 300),
    retentionSeconds: setting('retentionSeconds', MAX_RETENTION_SECONDS, '14 days'),
    maxReceiveCount: setting('maxReceiveCount', 5),
  })
  .superRefine(({ retentionSeconds, visibilityTimeoutSeconds }, context) => {
    if (retentionSeconds > visibilityTimeoutSeconds) return;
    context.addIssue({
      code: 'custom',
      path: ['retentionSeconds'],
      message: `it has to be longer than queue.visibilityTimeoutSeconds (${visibilityTimeoutSeconds}), or messages expire while they are in flight`,
    });
  })
  .prefault({})
  .describe('The parsed-mail queue.');

/** `routes[].queue` of the configuration: what differs from `queue`. */
export const routeQueueSchema = z
  .strictObject(SETTINGS)
  .partial()
  .prefault({})
  .describe("Settings of the route's queue. Default those of `queue`.");
