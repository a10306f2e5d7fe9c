import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ObjectLinks } from '../ports/object-links.ts';
import { classified } from './aws-error.ts';

export const s3ObjectLinks = (client: S3Client): ObjectLinks => ({
  link: ({ bucket, key }, seconds) =>
    classified('s3', `link to ${key}`, () =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds }),
    ),
});
