import { Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Names, QueueName } from '../names.ts';

export interface WorkQueueProps {
  names: Names;
  name: QueueName;
  /** How long a consumer has for a message. */
  visibilityTimeout: Duration;
  /** How long the consumer of the dead-letter queue has for a message. */
  deadLetterVisibilityTimeout: Duration;
  retention: Duration;
  maxReceiveCount: number;
  /** What is purged from a queue of the pipeline's own loses mails that nothing else remembers: nobody may. */
  purgeable: boolean;
  /** Null: encrypted with the key of SQS. */
  key: IKey | null;
}

/** A standard queue and its dead-letter queue, which keeps messages for 14 days and takes them from this queue alone. */
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
    // By ARN: the queue refers to its dead-letter queue, so a reference back would be a cycle.
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
