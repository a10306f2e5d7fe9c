import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';

/** The URL of a bucket, as the SDK's own commands resolve it. In a file of its own, because it loads the SDK. */
export async function bucketEndpoint(client: S3Client, bucket: string): Promise<URL> {
  const { url } = await getEndpointFromInstructions({ Bucket: bucket, Key: 'any' }, PutObjectCommand, client.config);
  return url;
}
