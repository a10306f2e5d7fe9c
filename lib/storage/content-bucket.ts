import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import {
  ATTACHMENT_PREFIX,
  ATTEMPTS_PREFIX,
  CACHE_PREFIX,
  CLAIM_PREFIX,
  DELIVERY_PREFIX,
  ENRICHING_PREFIX,
  FAILED_PREFIX,
  PARSED_PREFIX,
  REDRIVING_PREFIX,
} from '../../core/mail/keys.ts';
import { SERVICES } from '../../core/metrics/names.ts';
import type { Names } from '../names.ts';
import { logAccess } from './access-logs.ts';
import { bucketDefaults } from './bucket-defaults.ts';

export interface ContentBucketProps {
  names: Names;
  storage: DeployableConfig['storage'];
  key: IKey | null;
  accessLogs: Bucket;
  removalPolicy: RemovalPolicy;
}

/** Days for which an overwritten or deleted object can be restored. */
const VERSION_DAYS = 7;

/** Data derived from mails: documents, attachments, claims, failure records. All of it can be regenerated. */
export class ContentBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: ContentBucketProps) {
    super(scope, id);
    const { contentExpireAfterDays: expire } = props.storage;
    this.bucket = new Bucket(this, 'Bucket', {
      ...bucketDefaults(props),
      bucketName: props.names.bucket('content'),
      // A broken function could overwrite documents, so previous versions are kept for a week.
      versioned: true,
      lifecycleRules: [
        { id: 'versions', noncurrentVersionExpiration: Duration.days(VERSION_DAYS) },
        // S3 accepts this only in a rule without an expiration.
        { id: 'markers', expiredObjectDeleteMarker: true },
        { id: 'uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        // A claim deduplicates repeated SMTP deliveries; no server retries for longer than two weeks.
        { id: 'claims', prefix: CLAIM_PREFIX, expiration: Duration.days(14) },
        // State of pending enrichment; the mail was sent long before.
        { id: 'enriching', prefix: ENRICHING_PREFIX, expiration: Duration.days(14) },
        // No event is retried for longer than its queue retains it.
        { id: 'attempts', prefix: ATTEMPTS_PREFIX, expiration: Duration.days(14) },
        // OCR results of attachments; the same attachment rarely arrives again after a month.
        { id: 'cache', prefix: CACHE_PREFIX, expiration: Duration.days(30) },
        ...(expire === null
          ? []
          : [PARSED_PREFIX, ATTACHMENT_PREFIX, DELIVERY_PREFIX, FAILED_PREFIX, REDRIVING_PREFIX].map((prefix) => ({
              id: prefix.replace('/', ''),
              prefix,
              expiration: Duration.days(expire),
            }))),
      ],
    });
    logAccess(this.bucket, { to: props.accessLogs, prefix: 'content/' });
    this.bucket.addToResourcePolicy(this.#keepVersions(props.names));
  }

  /** Denies every function the deletion of versions, whatever its role may be granted later. */
  #keepVersions(names: Names): PolicyStatement {
    return new PolicyStatement({
      sid: 'KeepVersions',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:DeleteObjectVersion', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
      resources: [this.bucket.bucketArn, this.bucket.arnForObjects('*')],
      conditions: { ArnEquals: { 'aws:PrincipalArn': SERVICES.map((name) => names.roleArn(name)) } },
    });
  }
}
