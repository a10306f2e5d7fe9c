import { z } from 'zod';
import type { QueueChange } from './broker.ts';
import { dictionary } from './dictionary.ts';
import { invalidValue, queueDoesNotExist, SqsError, unsupported } from './errors.ts';
import { type OperationContext, operation, queueAt, queueUrlOf } from './operation.ts';
import { mergeAttributes, queueArn, shownAttributes } from './queue-attributes.ts';
import type { QueueDefinition } from './records.ts';
import type { LocalQueue } from './state.ts';

const QueueUrl = z.string();
const strings = dictionary(z.string());
const page = { MaxResults: z.int().min(1).max(1_000).optional(), NextToken: z.string().optional() };

export const queueOperations = {
  CreateQueue: operation(
    z.strictObject({ QueueName: z.string(), Attributes: strings.default({}), tags: strings.default({}) }),
    async (context, { QueueName, Attributes, tags }) => {
      checkQueueName(QueueName);
      await context.broker.defineQueue(QueueName, (known) => {
        const attributes = mergeAttributes(known?.attributes ?? {}, Attributes);
        if (known === null) return { attributes, tags };
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
    z.strictObject({ QueueNamePrefix: z.string().default(''), ...page }),
    async (context, { QueueNamePrefix, ...pageInput }) => {
      const names = queueNames(context).filter((name) => name.startsWith(QueueNamePrefix));
      const { urls, ...rest } = pageOf(context, names, pageInput);
      return { ...(urls.length > 0 ? { QueueUrls: urls } : {}), ...rest };
    },
  ),

  ListDeadLetterSourceQueues: operation(
    z.strictObject({ QueueUrl, ...page }),
    async (context, { QueueUrl: url, ...pageInput }) => {
      const target = queueAt(context, url).definition.name;
      const names = queueNames(context).filter(
        (name) => context.broker.queue(name).settings.redrive?.target === target,
      );
      const { urls, ...rest } = pageOf(context, names, pageInput);
      return { queueUrls: urls, ...rest };
    },
  ),

  GetQueueAttributes: operation(
    z.strictObject({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }),
    async (context, { QueueUrl: url, AttributeNames }) => {
      const all = attributesOf(queueAt(context, url), context.region);
      const unknown = AttributeNames.find((name) => name !== 'All' && !KNOWN_ATTRIBUTES.has(name));
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
      await change(context, url, ({ attributes, tags }) => ({
        attributes: mergeAttributes(attributes, Attributes),
        tags,
      }));
      return {};
    },
  ),

  TagQueue: operation(z.strictObject({ QueueUrl, Tags: strings }), async (context, { QueueUrl: url, Tags }) => {
    await change(context, url, ({ attributes, tags }) => ({ attributes, tags: { ...tags, ...Tags } }));
    return {};
  }),

  UntagQueue: operation(
    z.strictObject({ QueueUrl, TagKeys: z.array(z.string()) }),
    async (context, { QueueUrl: url, TagKeys }) => {
      const keep = ([key]: [string, string]) => !TagKeys.includes(key);
      await change(context, url, ({ attributes, tags }) => ({
        attributes,
        tags: Object.fromEntries(Object.entries(tags).filter(keep)),
      }));
      return {};
    },
  ),

  ListQueueTags: operation(z.strictObject({ QueueUrl }), async (context, { QueueUrl: url }) => {
    const { tags } = queueAt(context, url).definition;
    return Object.keys(tags).length === 0 ? {} : { Tags: tags };
  }),

  PurgeQueue: operation(z.strictObject({ QueueUrl }), async (context, { QueueUrl: url }) => {
    await context.broker.purge(queueAt(context, url));
    return {};
  }),

  DeleteQueue: operation(z.strictObject({ QueueUrl }), async (context, { QueueUrl: url }) => {
    await context.broker.deleteQueue(queueAt(context, url));
    return {};
  }),
};

/** Those that AWS would answer for a standard queue, set or not. */
const KNOWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'DelaySeconds',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
]);

export function attributesOf({ definition, index }: LocalQueue, region: string): Record<string, string> {
  return {
    ...shownAttributes(definition.attributes),
    ApproximateNumberOfMessages: String(index.visible),
    ApproximateNumberOfMessagesDelayed: String(index.delayed),
    ApproximateNumberOfMessagesNotVisible: String(index.inFlight),
    CreatedTimestamp: String(Math.floor(definition.createdAt / 1_000)),
    LastModifiedTimestamp: String(Math.floor(definition.modifiedAt / 1_000)),
    QueueArn: queueArn(region, definition.name),
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

async function change(
  context: OperationContext,
  url: string,
  decide: (known: QueueDefinition) => QueueChange,
): Promise<void> {
  const { name } = queueAt(context, url).definition;
  await context.broker.defineQueue(name, (known) => {
    if (known === null) throw queueDoesNotExist(name);
    return decide(known);
  });
}

/** CreateQueue is idempotent for the same attributes, those not named left as they are. */
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

function queueNames(context: OperationContext): string[] {
  return context.broker.state
    .queues()
    .map(({ definition }) => definition.name)
    .sort();
}

function pageOf(
  context: OperationContext,
  names: string[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { urls: string[]; NextToken?: string } {
  const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64url').toString();
  const rest = names.filter((name) => name > after);
  const shown = rest.slice(0, MaxResults ?? 1_000);
  const last = shown.at(-1);
  const isMore = MaxResults !== undefined && shown.length < rest.length && last !== undefined;
  return {
    urls: shown.map((name) => queueUrlOf(context, name)),
    ...(isMore ? { NextToken: Buffer.from(last).toString('base64url') } : {}),
  };
}
