import { z } from 'zod';
import { QUEUE_MESSAGE_DEFAULT_BYTES, SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';

/** `queue` of the configuration: the parsed-mail queue that you consume. */
export const queueSchema = z
  .strictObject({
    messageLimitBytes: z
      .int()
      .min(16 * 1024)
      .max(SQS_MESSAGE_MAX_BYTES, 'SQS carries 1 MiB (1048576) at most; larger mails are read from `document`')
      .default(QUEUE_MESSAGE_DEFAULT_BYTES)
      .describe(
        'Longest parsed-mail message, bytes; above it large fields stay in the document only. Default 256 KiB.',
      ),
    oversize: z
      .enum(['omit', 'claim-check'])
      .default('omit')
      .describe(
        'What becomes of a mail longer than that: "omit" leaves its largest fields out of the message, "claim-check" sends a pointer at the document that Amazon\'s extended client libraries follow. Default "omit".',
      ),
    visibilityTimeoutSeconds: z
      .int()
      .min(1)
      .max(43_200, 'SQS allows 12 hours (43200) at most')
      .default(300)
      .describe('Seconds that your consumer has for a message before it comes again. Default 300.'),
    retentionSeconds: z
      .int()
      .min(60)
      .max(1_209_600, 'SQS keeps a message for 14 days (1209600) at most')
      .default(1_209_600)
      .describe('Seconds that an unread message is kept. Default 14 days.'),
    maxReceiveCount: z
      .int()
      .min(1)
      .max(1_000)
      .default(5)
      .describe('Times that your consumer may fail on a message before it goes to the dead-letter queue. Default 5.'),
  })
  .prefault({})
  .describe('The parsed-mail queue.');
