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
 * What S3, SNS and EventBridge send by themselves. Each asks the policy of the queue, and of its key, as the service that
 * it is. A message that is denied is dropped, as AWS drops it; the guard has kept that.
 */
export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** @returns false when the queue did not let the service send */
  async send(queueArn: string, body: string, from: { service: string; sourceArn: string }): Promise<boolean> {
    const { guard, queues, sqs } = this.#options;
    const queue = queues.find(({ arn }) => arn === queueArn);
    if (queue === undefined) throw new Error(`${from.sourceArn} sends to ${queueArn}, which is in no template`);
    const principal = { kind: 'service', name: from.service } as const;
    if (firstDenied(guard, principal, askedToSend(queue, from.sourceArn)) !== null) return false;
    await sqs.send(queue.name, body);
    return true;
  }

  /** To the queues that are subscribed; e-mail and the like are not sent. */
  async publish(topicArn: string, message: string): Promise<void> {
    for (const { properties } of this.#options.resources.of('AWS::SNS::Subscription')) {
      const { TopicArn, Protocol, Endpoint, RawMessageDelivery } = properties;
      if (TopicArn !== topicArn || Protocol !== 'sqs') continue;
      const wrapped = { Type: 'Notification', MessageId: randomUUID(), TopicArn, Message: message };
      const body = RawMessageDelivery ? message : JSON.stringify(wrapped);
      await this.send(Endpoint, body, { service: 'sns.amazonaws.com', sourceArn: topicArn });
    }
  }

  /** To the targets of every rule whose pattern it fits; where the target takes nothing, to its dead-letter queue. */
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
