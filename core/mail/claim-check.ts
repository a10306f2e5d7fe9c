import * as z from 'zod/mini';

/**
 * The claim-check format of Amazon's extended client libraries for SQS: the body holds the S3 location of the payload,
 * an attribute its size. Consumers that use one of those libraries receive the payload transparently.
 */
const POINTER = 'software.amazon.payloadoffloading.PayloadS3Pointer';

export const CLAIM_CHECK_SIZE_ATTRIBUTE = 'ExtendedPayloadSize';

const claimCheckSchema = z.tuple([z.literal(POINTER), z.object({ s3BucketName: z.string(), s3Key: z.string() })]);

export function claimCheckBody({ bucket, key }: { bucket: string; key: string }): string {
  return JSON.stringify([POINTER, { s3BucketName: bucket, s3Key: key }]);
}

/** Location of the payload; null when `content`, the parsed JSON of a body, is the payload itself. */
export function claimCheckOf(content: unknown): { bucket: string; key: string } | null {
  const parsed = claimCheckSchema.safeParse(content);
  return parsed.success ? { bucket: parsed.data[1].s3BucketName, key: parsed.data[1].s3Key } : null;
}
