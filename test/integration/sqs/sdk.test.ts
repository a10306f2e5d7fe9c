import {
  BatchEntryIdsNotDistinct,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  InvalidMessageContents,
  ListQueuesCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalSqs, startLocalSqs } from '../../support/local-sqs.ts';
import { redriveTo } from '../../support/test-broker.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:';

let local: LocalSqs;
let serial = 0;

beforeAll(async () => {
  local = await startLocalSqs();
});
afterAll(() => local?.stop());

/** Creates a queue for one test and returns its URL. */
async function newQueue(Attributes: Record<string, string> = {}): Promise<string> {
  serial += 1;
  const { QueueUrl } = await local.client.send(new CreateQueueCommand({ QueueName: `sdk-${serial}`, Attributes }));
  return QueueUrl ?? '';
}

async function receive(QueueUrl: string, options: { VisibilityTimeout?: number } = {}) {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
    ...options,
  });
  return (await local.client.send(command)).Messages ?? [];
}

describe('the AWS SDK', () => {
  it('carries attributes of every type, and checks the MD5 of bodies', async () => {
    const QueueUrl = await newQueue();
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'ü' },
      number: { DataType: 'Number', StringValue: '5' },
      bytes: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 1, 255]) },
    };
    const sent = await local.client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'é 😀',
        MessageAttributes,
      }),
    );
    const [message] = await receive(QueueUrl);
    expect(message).toMatchObject({
      Body: 'é 😀',
      MessageAttributes,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1' },
    });
  });

  it('receives exactly the attributes it requests', async () => {
    const QueueUrl = await newQueue();
    const text = { DataType: 'String', StringValue: 'x' };
    const MessageAttributes = { 'a.one': text, 'a.two': text, b: text };
    await local.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm', MessageAttributes }));
    const ask = async (MessageAttributeNames: string[]) => {
      const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames, VisibilityTimeout: 0 });
      const [message] = (await local.client.send(command)).Messages ?? [];
      return [Object.keys(message?.MessageAttributes ?? {}), message?.Attributes];
    };
    expect(await ask([])).toEqual([[], undefined]);
    expect(await ask(['a.*'])).toEqual([['a.one', 'a.two'], undefined]);
    expect(await ask(['b'])).toEqual([['b'], undefined]);
  });

  it('distinguishes failed entries of a batch', async () => {
    const QueueUrl = await newQueue({ MaximumMessageSize: '1024' });
    const sent = await local.client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'fine', MessageBody: 'fine' },
          { Id: 'long', MessageBody: 'x'.repeat(1_025) },
          { Id: 'empty-value', MessageBody: 'm', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['fine']);
    expect(sent.Failed?.map(({ Id, SenderFault }) => [Id, SenderFault])).toEqual([
      ['long', true],
      ['empty-value', true],
    ]);
    const [message] = await receive(QueueUrl);
    const ReceiptHandle = message?.ReceiptHandle ?? '';
    const Entries = [
      { Id: 'good', ReceiptHandle },
      { Id: 'bad', ReceiptHandle: 'none' },
    ];
    const changed = await local.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 60 })),
      }),
    );
    expect([changed.Successful?.map(({ Id }) => Id), changed.Failed?.map(({ Code }) => Code)]).toEqual([
      ['good'],
      ['ReceiptHandleIsInvalid'],
    ]);
    const deleted = await local.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect([deleted.Successful?.map(({ Id }) => Id), deleted.Failed?.map(({ Id }) => Id)]).toEqual([['good'], ['bad']]);
  });

  it('raises the exceptions of its model', async () => {
    const QueueUrl = await newQueue();
    const { client } = local;
    const entries = (ids: string[]) =>
      new SendMessageBatchCommand({ QueueUrl, Entries: ids.map((Id) => ({ Id, MessageBody: 'm' })) });
    await expect(client.send(entries(['a', 'a']))).rejects.toBeInstanceOf(BatchEntryIdsNotDistinct);
    await expect(client.send(entries([]))).rejects.toBeInstanceOf(EmptyBatchRequest);
    await expect(client.send(entries([...'abcdefghijk']))).rejects.toBeInstanceOf(TooManyEntriesInBatchRequest);
    await expect(client.send(entries(['a b']))).rejects.toMatchObject({ name: 'InvalidBatchEntryId' });
    const large = Array.from({ length: 2 }, (_, Id) => ({ Id: String(Id), MessageBody: 'x'.repeat(600_000) }));
    const tooLong = client.send(new SendMessageBatchCommand({ QueueUrl, Entries: large }));
    await expect(tooLong).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
    const control = client.send(new SendMessageCommand({ QueueUrl, MessageBody: '\u0002' }));
    await expect(control).rejects.toBeInstanceOf(InvalidMessageContents);
    const unknown = client.send(new SendMessageCommand({ QueueUrl: local.url('none'), MessageBody: 'm' }));
    await expect(unknown).rejects.toBeInstanceOf(QueueDoesNotExist);
    const handle = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'none' }));
    await expect(handle).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
    const other = client.send(
      new CreateQueueCommand({ QueueName: `sdk-${serial}`, Attributes: { DelaySeconds: '9' } }),
    );
    await expect(other).rejects.toBeInstanceOf(QueueNameExists);
  });

  it('gets an error for a message that is no longer in flight', async () => {
    const QueueUrl = await newQueue();
    await local.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }));
    const [message] = await receive(QueueUrl, { VisibilityTimeout: 0 });
    const change = { QueueUrl, ReceiptHandle: message?.ReceiptHandle ?? '', VisibilityTimeout: 5 };
    const visible = local.client.send(new ChangeMessageVisibilityCommand(change));
    await expect(visible).rejects.toBeInstanceOf(MessageNotInflight);
    await receive(QueueUrl);
    const stale = local.client.send(new ChangeMessageVisibilityCommand(change));
    await expect(stale).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('creates, lists, changes, tags, purges and deletes queues', async () => {
    const { client } = local;
    const QueueUrl = await newQueue({ VisibilityTimeout: '7' });
    expect(await client.send(new CreateQueueCommand({ QueueName: `sdk-${serial}` }))).toMatchObject({ QueueUrl });
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '3' } }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'delayed by the queue' }));
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: `${ARN}sdk-${serial}`,
      VisibilityTimeout: '7',
      DelaySeconds: '3',
      MaximumMessageSize: '1048576',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    const some = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
    );
    expect(some.Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '0' });

    for (const name of ['page-1', 'page-2', 'page-3']) await client.send(new CreateQueueCommand({ QueueName: name }));
    const first = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'page-', MaxResults: 2 }));
    expect(first.QueueUrls).toEqual([local.url('page-1'), local.url('page-2')]);
    const NextToken = first.NextToken ?? '';
    const second = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'page-', MaxResults: 2, NextToken }));
    expect([second.QueueUrls, second.NextToken]).toEqual([[local.url('page-3')], undefined]);
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  it('sees the source queue of a dead letter', async () => {
    const { client } = local;
    const dead = await newQueue();
    const deadName = `sdk-${serial}`;
    const QueueUrl = await newQueue(redriveTo(deadName, 1));
    const Entries = Array.from({ length: 10 }, (_, Id) => ({ Id: String(Id), MessageBody: `poison ${Id}` }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(await receive(QueueUrl, { VisibilityTimeout: 0 })).toHaveLength(10);
    const [peeked] = await receive(dead, { VisibilityTimeout: 0 });
    expect(peeked?.Attributes).toMatchObject({
      DeadLetterQueueSourceArn: `${ARN}sdk-${serial}`,
      ApproximateReceiveCount: '2',
    });
  });
});
