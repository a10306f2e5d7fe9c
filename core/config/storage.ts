import { z } from 'zod';
import { whole } from '../mail/field.ts';

const days = (min: number, means: string) => z.int().min(min).max(36_500).nullable().default(null).describe(means);

/** `storage` of the configuration: retention and storage classes. */
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
    accessLogExpireAfterDays: whole({ min: 1, max: 3_650, default: 90 }, 'Days until S3 access logs are deleted.'),
    objectLockDays: days(
      1,
      'Days during which a raw mail cannot be deleted (S3 Object Lock, governance mode). Only for a new bucket, and not with SES, which cannot store mail in such a bucket. Default none.',
    ),
  })
  .superRefine((storage, context) => {
    const wrong = (field: keyof typeof storage, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const infrequent = storage.rawInfrequentAccessAfterDays;
    const glacier = storage.rawGlacierAfterDays;
    const expire = storage.rawExpireAfterDays;
    if (infrequent !== null && glacier !== null && glacier < infrequent + 30) {
      wrong(
        'rawGlacierAfterDays',
        `S3 requires 30 days or more after storage.rawInfrequentAccessAfterDays (${infrequent}): write ${infrequent + 30} or more`,
      );
    }
    const lastMove = Math.max(infrequent ?? 0, glacier ?? 0);
    if (expire !== null && expire <= lastMove) {
      wrong(
        'rawExpireAfterDays',
        `raw mails would be deleted before they move to a cheaper class on day ${lastMove}: write a later day`,
      );
    }
    if (storage.objectLockDays !== null && expire !== null && expire < storage.objectLockDays) {
      wrong(
        'rawExpireAfterDays',
        `it has to be storage.objectLockDays (${storage.objectLockDays}) or more: a locked mail cannot be deleted earlier`,
      );
    }
  })
  .prefault({})
  .describe('The buckets.');
