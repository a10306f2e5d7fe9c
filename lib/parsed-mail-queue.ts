import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { ATTACHMENT_PREFIX, PARSED_PREFIX } from '../core/mail/keys.ts';
import type { EncryptionKeys } from './storage/encryption-keys.ts';

export interface ParsedMailQueueProps {
  /** Name of the queue in the construct's API, for error messages. */
  name: string;
  queue: IQueue;
  deadLetterQueue: IQueue;
  contentBucket: IBucket;
  /** Null with AWS managed keys. */
  keys: EncryptionKeys | null;
  /** Whether a configured webhook consumes it. */
  hasWebhook: boolean;
}

/** A queue for parsed mails, with grants for its consumer. */
export class ParsedMailQueue {
  /** Messages are parsed mails, or pointers to them (docs/parsed-mail-v1.md). */
  readonly queue: IQueue;
  /** Receives the messages that a consumer failed on `maxReceiveCount` times. */
  readonly deadLetterQueue: IQueue;
  readonly #props: ParsedMailQueueProps;

  constructor(props: ParsedMailQueueProps) {
    this.queue = props.queue;
    this.deadLetterQueue = props.deadLetterQueue;
    this.#props = props;
  }

  /**
   * Lets a function, a role or a user consume the queue: receive, delete and postpone its messages, read the documents
   * and attachments they point to, and decrypt both if the pipeline has its own keys.
   *
   * @throws Error when a webhook consumes the queue: each message goes to one consumer only
   */
  grantConsume(grantee: IGrantable): Grant {
    const { name, queue, contentBucket, keys, hasWebhook } = this.#props;
    if (hasWebhook) {
      throw new Error(
        `${name} has a webhook, which consumes its queue; a second consumer would take mails away from it. Remove the webhook, or add a separate route for the consumer`,
      );
    }
    const grants = [
      Grant.addToPrincipalOrResource({
        grantee,
        resource: queue,
        resourceArns: [queue.queueArn],
        // Lambda requires GetQueueAttributes to poll a queue for a function.
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
