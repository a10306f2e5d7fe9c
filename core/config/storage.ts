import { z } from 'zod';

const days = (min: number, means: string) => z.int().min(min).max(36_500).nullable().default(null).describe(means);

/** `storage` of the configuration: how long what is kept, and where. */
export const storageSchema = z
  .strictObject({
    rawInfrequentAccessAfterDays: days(
      30,
      'Days until raw mails move to S3 Standard-IA, 30 or more. S3 moves objects of 128 KB and more. Default never.',
    ),
    rawGlacierAfterDays: days(
      30,
      'Days until raw mails move to S3 Glacier Instant Retrieval, 30 or more; they stay readable at once. Default never.',
    ),
    rawExpireAfterDays: days(15, 'Days until raw mails are deleted, 15 or more. Default never.'),
    contentExpireAfterDays: days(
      15,
      'Days until documents, attachments and failure records are deleted, 15 or more. Default never.',
    ),
    accessLogExpireAfterDays: z
      .int()
      .min(1)
      .max(3_650)
      .default(90)
      .describe('Days until S3 access logs are deleted. Default 90.'),
    objectLockDays: days(
      1,
      'Days in which a raw mail cannot be deleted (S3 Object Lock, governance mode). Only for a new bucket. Default none.',
    ),
  })
  .prefault({})
  .describe('The buckets.');
