import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { cfnBucketOf } from './cfn-bucket.ts';

/**
 * Makes S3 write the access log of a bucket under a prefix of another. CDK's `serverAccessLogsBucket` does the same
 * only in apps with the feature flag `serverAccessLogsUseBucketPolicy`; otherwise it sets an ACL, which the bucket
 * rejects.
 */
export function logAccess(bucket: Bucket, { to: logs, prefix }: { to: Bucket; prefix: string }): void {
  cfnBucketOf(bucket).loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: prefix };
  logs.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects(`${prefix}*`)],
      conditions: {
        ArnLike: { 'aws:SourceArn': bucket.bucketArn },
        StringEquals: { 'aws:SourceAccount': bucket.env.account },
      },
    }),
  );
}
