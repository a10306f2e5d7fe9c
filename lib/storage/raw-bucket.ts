import { Aws, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket, type LifecycleRule, ObjectLockRetention, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { HELD_PREFIX, PROBE_PREFIX, RAW_PREFIX, RAW_SUFFIX, SES_PREFIX } from '../../core/mail/keys.ts';
import type { Names } from '../names.ts';
import { logAccess } from './access-logs.ts';
import { bucketDefaults } from './bucket-defaults.ts';
import { cfnBucketOf } from './cfn-bucket.ts';

export interface RawBucketProps {
  names: Names;
  storage: DeployableConfig['storage'];
  key: IKey | null;
  accessLogs: Bucket;
  /** Receives an event for every stored mail. */
  queue: Queue;
  /** ARN of the receipt rule that may write under `ses/`; null without SES. */
  receiptRuleArn: string | null;
  removalPolicy: RemovalPolicy;
}

/** The original bytes of every mail, written once. */
export class RawBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: RawBucketProps) {
    super(scope, id);
    const { names, storage } = props;
    this.bucket = new Bucket(this, 'Bucket', {
      ...bucketDefaults(props),
      bucketName: names.bucket('raw'),
      versioned: true,
      lifecycleRules: lifecycleRules(storage),
      ...(storage.objectLockDays === null
        ? {}
        : { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(storage.objectLockDays)) }),
    });
    logAccess(this.bucket, { to: props.accessLogs, prefix: 'raw/' });
    this.#allowWritesOnce(props.receiptRuleArn !== null);
    if (props.receiptRuleArn !== null) this.#allowSes(props.receiptRuleArn);
    this.#notify(props.queue, names, props.receiptRuleArn !== null);
  }

  /**
   * No one, administrators included, can overwrite a mail: every write must have `If-None-Match: *`. Parts of a
   * multipart upload cannot carry that header and are exempt; completing the upload is not (S3 User Guide, "Enforce
   * conditional writes"). SES cannot send the header either, so its prefix is exempt.
   */
  #allowWritesOnce(hasSes: boolean): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WriteOnce',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        ...(hasSes
          ? { notResources: [this.bucket.arnForObjects(`${SES_PREFIX}*`)] }
          : { resources: [this.bucket.arnForObjects('*')] }),
        conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
      }),
    );
  }

  #allowSes(receiptRuleArn: string): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'SesStoresMail',
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(`${SES_PREFIX}*`)],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': receiptRuleArn },
        },
      }),
    );
  }

  /**
   * Set directly on the bucket: CDK's own notifications use a custom resource with a function. The queue's policy names
   * the bucket by ARN, so the bucket can depend on it (S3 checks the permission when the notification is set).
   */
  #notify(queue: Queue, names: Names, hasSes: boolean): void {
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'S3Notifies',
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': names.bucketArn('raw') },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
    const filters = hasSes ? SES_FILTERS : FILTERS;
    cfnBucketOf(this.bucket).notificationConfiguration = {
      queueConfigurations: filters.map((rules) => ({
        event: 's3:ObjectCreated:*',
        queue: queue.queueArn,
        filter: { s3Key: { rules: [...rules] } },
      })),
    };
    this.bucket.node.addDependency(queue.node.findChild('Policy'));
  }
}

const FILTERS = [[{ name: 'suffix', value: RAW_SUFFIX }]] as const;

/**
 * SES objects have no suffix. S3 rejects overlapping filters, so a filter on the suffix alone cannot be combined with
 * one on a prefix: in this variant, a `.eml` stored elsewhere in the bucket waits for the reconciler.
 */
const SES_FILTERS = [
  [
    { name: 'prefix', value: RAW_PREFIX },
    { name: 'suffix', value: RAW_SUFFIX },
  ],
  [{ name: 'prefix', value: SES_PREFIX }],
] as const;

function lifecycleRules(storage: DeployableConfig['storage']): LifecycleRule[] {
  const moves = [
    { days: storage.rawInfrequentAccessAfterDays, storageClass: StorageClass.INFREQUENT_ACCESS },
    { days: storage.rawGlacierAfterDays, storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL },
  ];
  const transitions = moves.flatMap(({ days, storageClass }) =>
    days === null ? [] : [{ storageClass, transitionAfter: Duration.days(days) }],
  );
  return [
    {
      id: 'mails',
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      // A mail deleted by an administrator is kept as a version for a week.
      noncurrentVersionExpiration: Duration.days(7),
      ...(transitions.length === 0 ? {} : { transitions }),
      ...(storage.rawExpireAfterDays === null ? {} : { expiration: Duration.days(storage.rawExpireAfterDays) }),
    },
    // An Object Lock retains these as long as mails.
    { id: 'probes', prefix: PROBE_PREFIX, expiration: Duration.days(1) },
    {
      id: 'held',
      prefix: HELD_PREFIX,
      expiration: Duration.days(1),
      noncurrentVersionExpiration: Duration.days(1),
    },
    // S3 accepts this only in a rule without an expiration.
    { id: 'markers', expiredObjectDeleteMarker: true },
  ];
}
