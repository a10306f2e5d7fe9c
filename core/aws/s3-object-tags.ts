import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectTags } from '../ports/object-tags.ts';
import { awsErrorName, classifyAwsError } from './aws-error.ts';

export const s3ObjectTags = (client: S3Client): ObjectTags => ({
  async get({ bucket, key }) {
    try {
      const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
      return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    } catch (error) {
      if (awsErrorName(error) === 'NoSuchKey') return null;
      throw classifyAwsError('s3', `GetObjectTagging ${key}`, error);
    }
  },
});
