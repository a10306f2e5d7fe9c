import { z } from 'zod';
import { dictionary } from './dictionary.ts';
import { invalidValue, queueDoesNotExist, SqsError, unsupported } from './errors.ts';
import { operation, queueAt, queueUrlOf } from './operation.ts';
import { mergeAttributes, OPTIONAL_ATTRIBUTES, queueArn, shownAttributes } from './queue-attributes.ts';
import type { QueueDefinition } from './records.ts';
import type { LocalQueue } from './state.ts';

const QueueUrl = z.string();
const strings = dictionary(z.string());

export const queueOperations = {
  CreateQueue: operation(
    z.strictObject({ QueueName: z.string(), Attributes: strings.default({}) }),
    async (context, { QueueName, Attributes }) => {
      checkQueueName(QueueName);
      await context.broker.defineQueue(QueueName, (known) => {
        const attributes = mergeAttributes(known?.attributes ?? {}, Attributes);
        if (known === null) return attributes;
        checkSame(known, attributes);
        return null;
      });
      return { QueueUrl: queueUrlOf(context, QueueName) };
    },
  ),

  GetQueueUrl: operation(
    z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() }),
    async (context, { QueueName }) => ({
      QueueUrl: queueUrlOf(context, context.broker.queue(QueueName).definition.name),
    }),
  ),

  ListQueues: operation(
    z.strictObject({
      QueueNamePrefix: z.string().default(''),
      MaxResults: z.int().min(1).max(1_000).optional(),
      NextToken: z.string().optional(),
    }),
    async (context, { QueueNamePrefix, MaxResults, NextToken }) => {
      const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64url').toString();
      const names = context.broker.state.queues().map(({ definition }) => definition.name);
      const rest = names.filter((name) => name.startsWith(QueueNamePrefix) && name > after).sort();
      const shown = rest.slice(0, MaxResults ?? 1_000);
      const isMore = MaxResults !== undefined && shown.length < rest.length;
      return {
        ...(shown.length > 0 ? { QueueUrls: shown.map((name) => queueUrlOf(context, name)) } : {}),
        ...(isMore ? { NextToken: Buffer.from(shown.at(-1) ?? '').toString('base64url') } : {}),
      };
    },
  ),

  GetQueueAttributes: operation(
    z.strictObject({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }),
    async (context, { QueueUrl: url, AttributeNames }) => {
      const all = attributesOf(queueAt(context, url));
      const unknown = AttributeNames.find((name) => !(name === 'All' || name in all || OPTIONAL_ATTRIBUTES.has(name)));
      if (unknown !== undefined) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      const asked = Object.entries(all).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      );
      return asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
    },
  ),

  SetQueueAttributes: operation(
    z.strictObject({ QueueUrl, Attributes: strings }),
    async (context, { QueueUrl: url, Attributes }) => {
      const { name } = queueAt(context, url).definition;
      await context.broker.defineQueue(name, (known) => {
        if (known === null) throw queueDoesNotExist(name);
        return mergeAttributes(known.attributes, Attributes);
      });
      return {};
    },
  ),

  PurgeQueue: operation(z.strictObject({ QueueUrl }), async (context, { QueueUrl: url }) => {
    await context.broker.purge(queueAt(context, url));
    return {};
  }),

  DeleteQueue: operation(z.strictObject({ QueueUrl }), async (context, { QueueUrl: url }) => {
    await context.broker.deleteQueue(queueAt(context, url));
    return {};
  }),
};

function attributesOf({ definition, index }: LocalQueue): Record<string, string> {
  return {
    ...shownAttributes(definition.attributes),
    ApproximateNumberOfMessages: String(index.visible),
    ApproximateNumberOfMessagesDelayed: String(index.delayed),
    ApproximateNumberOfMessagesNotVisible: String(index.inFlight),
    CreatedTimestamp: String(Math.floor(definition.createdAt / 1_000)),
    LastModifiedTimestamp: String(Math.floor(definition.modifiedAt / 1_000)),
    QueueArn: queueArn(definition.name),
  };
}

export function checkQueueName(name: string): void {
  if (name.endsWith('.fifo')) throw unsupported('FIFO queues');
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw invalidValue(
      'QueueName',
      name,
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
    );
  }
}

/** CreateQueue is idempotent for the same attributes; attributes not named are unchanged. */
function checkSame(known: QueueDefinition, attributes: Record<string, string>): void {
  const before = shownAttributes(known.attributes);
  const after = shownAttributes(attributes);
  const other = Object.keys(after).find((name) => before[name] !== after[name]);
  if (other === undefined) return;
  throw new SqsError(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${other}`,
  );
}
