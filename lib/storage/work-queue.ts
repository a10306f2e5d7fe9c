import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Names, QueueName } from '../names.ts';

export interface WorkQueueProps {
  names: Names;
  name: QueueName;
  /** Visibility timeout for the consumer. */
  visibilityTimeout: Duration;
  /** Visibility timeout for the consumer of the dead-letter queue. */
  deadLetterVisibilityTimeout: Duration;
  retention: Duration;
  maxReceiveCount: number;
  /** Denies PurgeQueue to everyone: purging an internal queue would lose mails that nothing else remembers. */
  purgeable: boolean;
  /** KMS key; null for the key of SQS. */
  key: IKey | null;
}

/**
 * A standard queue and its dead-letter queue, which retains messages for 14 days and accepts them only from this queue.
 */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { names, name } = props;
    const encryption =
      props.key === null
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: props.key, dataKeyReuse: Duration.hours(1) };
    // By ARN, because the queue refers to its dead-letter queue and a reference back would form a cycle.
    const source = Queue.fromQueueArn(this, 'Source', names.queueArn(name));
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...encryption,
      queueName: names.deadLetterQueue(name),
      retentionPeriod: Duration.days(14),
      visibilityTimeout: props.deadLetterVisibilityTimeout,
      enforceSSL: true,
      redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: [source] },
    });
    this.queue = new Queue(this, 'Queue', {
      ...encryption,
      queueName: names.queue(name),
      retentionPeriod: props.retention,
      visibilityTimeout: props.visibilityTimeout,
      receiveMessageWaitTime: Duration.seconds(20),
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
    if (!props.purgeable) for (const each of [this.queue, this.deadLetters]) each.addToResourcePolicy(neverPurge(each));
  }
}

const neverPurge = (queue: Queue): PolicyStatement =>
  new PolicyStatement({
    sid: 'NeverPurge',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sqs:PurgeQueue'],
    resources: [queue.queueArn],
  });
