import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { ATTACHMENT_PREFIX, PARSED_PREFIX } from '../core/mail/keys.ts';
import type { EncryptionKeys } from './storage/encryption-keys.ts';

export interface ParsedMailQueueProps {
  /** As a user of the construct calls it. */
  name: string;
  queue: IQueue;
  deadLetterQueue: IQueue;
  contentBucket: IBucket;
  /** Null with keys that AWS manages. */
  keys: EncryptionKeys | null;
  /** Whether the webhook of the configuration consumes it. */
  hasWebhook: boolean;
}

/** A queue that parsed mails are put on, and what its consumer needs. */
export class ParsedMailQueue {
  /** Messages are parsed mails, or pointers to them (docs/parsed-mail-v1.md). */
  readonly queue: IQueue;
  /** Gets the messages that a consumer failed on `maxReceiveCount` times. */
  readonly deadLetterQueue: IQueue;
  readonly #props: ParsedMailQueueProps;

  constructor(props: ParsedMailQueueProps) {
    this.queue = props.queue;
    this.deadLetterQueue = props.deadLetterQueue;
    this.#props = props;
  }

  /**
   * Lets a function, a role or a user consume the queue: receive, delete and postpone its messages, read the documents and
   * attachments that they point at, and decrypt both where the pipeline has keys of its own.
   *
   * @throws Error when a webhook consumes the queue: each message goes to one consumer only
   */
  grantConsume(grantee: IGrantable): Grant {
    const { name, queue, contentBucket, keys, hasWebhook } = this.#props;
    if (hasWebhook) {
      throw new Error(
        `${name} has a webhook, which consumes its queue: a second consumer would take mails away from it. Leave the webhook out, or add a route of its own for the consumer`,
      );
    }
    const grants = [
      Grant.addToPrincipalOrResource({
        grantee,
        resource: queue,
        resourceArns: [queue.queueArn],
        // GetQueueAttributes: Lambda asks for it before it polls a queue for a function.
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      }),
      Grant.addToPrincipalOrResource({
        grantee,
        resource: contentBucket,
        resourceArns: [PARSED_PREFIX, ATTACHMENT_PREFIX].map((prefix) => contentBucket.arnForObjects(`${prefix}*`)),
        actions: ['s3:GetObject'],
      }),
      ...[...new Set([keys?.queues, keys?.storage])].flatMap((key) => key?.grantDecrypt(grantee) ?? []),
    ];
    return grants.reduce((all, each) => all.combine(each));
  }
}
