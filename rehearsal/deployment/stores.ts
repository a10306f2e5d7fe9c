import type { Found, FoundResources } from './found.ts';

export interface Bucket {
  name: string;
  arn: string;
  account: string;
  region: string;
  /** KMS key of the bucket; null for the key of S3, which needs no permissions. */
  keyArn: string | null;
  versioned: boolean;
  /** Whether it has Object Lock, which requires a checksum for uploads. */
  locked: boolean;
  notifications: readonly { queueArn: string; prefix: string; suffix: string }[];
  eventBridge: boolean;
}

export interface Queue {
  name: string;
  arn: string;
  url: string;
  account: string;
  region: string;
  /** KMS key of the queue; null for the key of SQS. */
  keyArn: string | null;
  visibilitySeconds: number;
  deadLetterArn: string | null;
  /** Queues that may use it as their dead-letter queue; null for all. */
  redriveFrom: readonly string[] | null;
  /** Attributes as in SetQueueAttributes. */
  attributes: Record<string, string>;
}

export function bucketOf({ ref, account, region, attribute, properties }: Found<'AWS::S3::Bucket'>): Bucket {
  const rules = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
  const kms = rules.find(({ ServerSideEncryptionByDefault: { SSEAlgorithm } }) => SSEAlgorithm.startsWith('aws:kms'));
  const { QueueConfigurations, EventBridgeConfiguration } = properties.NotificationConfiguration;
  return {
    name: ref,
    arn: attribute('Arn'),
    account,
    region,
    keyArn: kms?.ServerSideEncryptionByDefault.KMSMasterKeyID ?? null,
    versioned: properties.VersioningConfiguration?.Status === 'Enabled',
    locked: properties.ObjectLockEnabled,
    notifications: QueueConfigurations.map(({ Queue, Filter }) => {
      const rule = (name: string) => Filter?.S3Key.Rules.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? '';
      return { queueArn: Queue, prefix: rule('prefix'), suffix: rule('suffix') };
    }),
    eventBridge: EventBridgeConfiguration?.EventBridgeEnabled ?? false,
  };
}

const PLAIN = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;

export function queueOf({ ref, account, region, attribute, properties }: Found<'AWS::SQS::Queue'>): Queue {
  const { RedrivePolicy, RedriveAllowPolicy, KmsMasterKeyId } = properties;
  const plain = PLAIN.flatMap((name) => (properties[name] === undefined ? [] : [[name, String(properties[name])]]));
  return {
    name: ref.slice(ref.lastIndexOf('/') + 1),
    arn: attribute('Arn'),
    url: ref,
    account,
    region,
    keyArn: KmsMasterKeyId ?? null,
    visibilitySeconds: properties.VisibilityTimeout,
    deadLetterArn: RedrivePolicy?.deadLetterTargetArn ?? null,
    redriveFrom: RedriveAllowPolicy?.redrivePermission === 'byQueue' ? RedriveAllowPolicy.sourceQueueArns : null,
    attributes: {
      ...Object.fromEntries(plain),
      ...(RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    },
  };
}

/** Faults that SQS would reject, or that would go unnoticed until a message is lost. */
export function queueFaults(queues: readonly Queue[]): string[] {
  const byArn = new Map(queues.map((queue) => [queue.arn, queue]));
  return queues.flatMap(({ name, arn, deadLetterArn }) => {
    if (deadLetterArn === null) return [];
    const target = byArn.get(deadLetterArn);
    if (target === undefined) return [`${name}: its dead-letter queue ${deadLetterArn} is in no template`];
    const allowed = target.redriveFrom === null || target.redriveFrom.includes(arn);
    return allowed ? [] : [`${name}: ${target.name} does not allow it to redrive there`];
  });
}

export const bucketsOf = (resources: FoundResources): Bucket[] => resources.of('AWS::S3::Bucket').map(bucketOf);
export const queuesOf = (resources: FoundResources): Queue[] => resources.of('AWS::SQS::Queue').map(queueOf);
