import type { IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Cluster, ICluster } from 'aws-cdk-lib/aws-ecs';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';

/*
 * CDK's classes declare as possibly undefined what their interfaces declare as optional; `exactOptionalPropertyTypes`
 * distinguishes the two. This file contains all casts that are needed for this.
 */

export const asIBucket = (bucket: Bucket): IBucket => bucket as IBucket;
export const asIVpc = (vpc: Vpc): IVpc => vpc as IVpc;
export const asICluster = (cluster: Cluster): ICluster => cluster as ICluster;
