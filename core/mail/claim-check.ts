import * as z from 'zod/mini';

/**
 * The claim-check format of Amazon's extended client libraries for SQS: the body says where the payload is in S3, and
 * an attribute says how long it is. Consumers that use one of those libraries get the payload without knowing.
 */
const POINTER = 'software.amazon.payloadoffloading.PayloadS3Pointer';

export const CLAIM_CHECK_SIZE_ATTRIBUTE = 'ExtendedPayloadSize';

const claimCheckSchema = z.tuple([z.literal(POINTER), z.object({ s3BucketName: z.string(), s3Key: z.string() })]);

export function claimCheckBody({ bucket, key }: { bucket: string; key: string }): string {
  return JSON.stringify([POINTER, { s3BucketName: bucket, s3Key: key }]);
}

/** Where the payload is; null when `content`, the JSON of a body, is the payload itself. */
export function claimCheckOf(content: unknown): { bucket: string; key: string } | null {
  const parsed = claimCheckSchema.safeParse(content);
  return parsed.success ? { bucket: parsed.data[1].s3BucketName, key: parsed.data[1].s3Key } : null;
}
