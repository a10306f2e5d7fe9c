import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';

/** The URL in front of the keys of a bucket, as the SDK's own commands find it. In a file of its own: it loads the SDK. */
export async function bucketEndpoint(client: S3Client, bucket: string): Promise<URL> {
  const { url } = await getEndpointFromInstructions({ Bucket: bucket, Key: 'any' }, PutObjectCommand, client.config);
  return url;
}
