import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';

/** The CloudFormation resource of a bucket, for settings without a property in CDK's class. */
export function cfnBucketOf(bucket: Bucket): CfnBucket {
  const cfnBucket = bucket.node.defaultChild;
  if (cfnBucket instanceof CfnBucket) return cfnBucket;
  throw new Error('the default child of a Bucket is its CfnBucket');
}
