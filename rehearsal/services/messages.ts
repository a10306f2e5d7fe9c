import { randomUUID } from 'node:crypto';
import type { Sqs } from '../../local/sqs/create-sqs.ts';
import { askedToSend, firstDenied } from '../aws/authorise.ts';
import type { FoundResources } from '../deployment/found.ts';
import type { Queue } from '../deployment/stores.ts';
import type { Guard } from '../guard.ts';
import { fits } from './event-pattern.ts';

export interface MessagesOptions {
  guard: Guard;
  resources: FoundResources;
  queues: readonly Queue[];
  sqs: Pick<Sqs, 'send'>;
}

/** An event on the default bus. */
export interface BusEvent {
  source: string;
  'detail-type': string;
  detail: object;
}

/**
 * Messages that S3, SNS and EventBridge send. Each is authorised by the policies of the queue and its key for the
 * service principal. Denied messages are dropped, as on AWS; the guard records the denial.
 */
export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** @returns false when the service may not send to the queue */
  async send(queueArn: string, body: string, from: { service: string; sourceArn: string }): Promise<boolean> {
    const { guard, queues, sqs } = this.#options;
    const queue = queues.find(({ arn }) => arn === queueArn);
    if (queue === undefined) throw new Error(`${from.sourceArn} sends to ${queueArn}, which is not in any template`);
    const principal = { kind: 'service', name: from.service } as const;
    if (firstDenied(guard, principal, askedToSend(queue, from.sourceArn)) !== null) return false;
    await sqs.send(queue.name, body);
    return true;
  }

  /** Publishes to the subscribed queues; e-mail and other subscriptions are ignored. */
  async publish(topicArn: string, message: string): Promise<void> {
    for (const { properties } of this.#options.resources.of('AWS::SNS::Subscription')) {
      const { TopicArn, Protocol, Endpoint, RawMessageDelivery } = properties;
      if (TopicArn !== topicArn || Protocol !== 'sqs') continue;
      const wrapped = { Type: 'Notification', MessageId: randomUUID(), TopicArn, Message: message };
      const body = RawMessageDelivery ? message : JSON.stringify(wrapped);
      await this.send(Endpoint, body, { service: 'sns.amazonaws.com', sourceArn: topicArn });
    }
  }

  /**
   * Sends an event to the targets of every matching rule; if a target rejects it, to the target's dead-letter queue.
   */
  async emit(event: BusEvent): Promise<void> {
    for (const rule of this.#options.resources.of('AWS::Events::Rule')) {
      const { EventPattern, Targets } = rule.properties;
      if (EventPattern === undefined || !fits(EventPattern, event)) continue;
      const from = { service: 'events.amazonaws.com', sourceArn: rule.attribute('Arn') };
      const body = JSON.stringify({ version: '0', id: randomUUID(), time: new Date().toISOString(), ...event });
      for (const { Arn, DeadLetterConfig } of Targets) {
        if (await this.send(Arn, body, from)) continue;
        if (DeadLetterConfig !== undefined) await this.send(DeadLetterConfig.Arn, body, from);
      }
    }
  }
}
