import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalSqs, startLocalSqs } from '../../support/local-sqs.ts';
import { type RawHttp, type RawReply, rawHttp } from '../../support/raw-http.ts';

let local: LocalSqs;
let http: RawHttp;

beforeAll(async () => {
  local = await startLocalSqs();
  http = rawHttp(local.endpoint);
  await local.inProcess.ensureQueue('q');
});
afterAll(() => local?.stop());

const JSON_TYPE = 'application/x-amz-json-1.0';
const FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

function json(action: string, input: unknown, headers: Record<string, string> = {}): Promise<RawReply> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const target = { 'x-amz-target': `AmazonSQS.${action}`, 'content-type': JSON_TYPE };
  return http('POST', '/', { headers: { ...target, ...headers }, body });
}

function form(path: string, fields: Record<string, string>): Promise<RawReply> {
  const body = new URLSearchParams({ Version: '2012-11-05', ...fields }).toString();
  return http('POST', path, { headers: { 'content-type': FORM_TYPE }, body });
}

describe('the JSON protocol', () => {
  it('answers with JSON and a request id', async () => {
    const reply = await json('GetQueueUrl', { QueueName: 'q' });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe(JSON_TYPE);
    expect(reply.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(reply.body)).toEqual({ QueueUrl: local.url('q') });
  });

  it.each<[string, string, unknown, number, string, string]>([
    ['an unknown operation', 'Frobnicate', {}, 501, 'UnsupportedOperation', 'Frobnicate'],
    ['an unknown parameter', 'GetQueueUrl', { QueueName: 'q', Colour: 1 }, 501, 'UnsupportedOperation', 'Colour'],
    ['a missing parameter', 'GetQueueUrl', {}, 400, 'MissingParameter', 'QueueName'],
    ['a FIFO queue', 'CreateQueue', { QueueName: 'q.fifo' }, 501, 'UnsupportedOperation', 'FIFO'],
    [
      'a parameter of FIFO queues',
      'SendMessage',
      { QueueUrl: 'q', MessageBody: 'b', MessageDeduplicationId: 'd' },
      400,
      'InvalidParameterValue',
      'FIFO',
    ],
    [
      'a number out of range',
      'ReceiveMessage',
      { QueueUrl: 'q', MaxNumberOfMessages: 11 },
      400,
      'InvalidParameterValue',
      'MaxNumberOfMessages',
    ],
    [
      'text in place of a number',
      'ReceiveMessage',
      { QueueUrl: 'q', WaitTimeSeconds: 'ten' },
      400,
      'InvalidParameterValue',
      'WaitTimeSeconds',
    ],
    ['a queue name with a slash', 'CreateQueue', { QueueName: '../q' }, 400, 'InvalidParameterValue', 'QueueName'],
    ['no JSON', 'GetQueueUrl', '{"QueueName":', 400, 'SerializationException', 'JSON'],
    ['JSON that is no object', 'GetQueueUrl', '[1]', 400, 'InvalidParameterValue', 'object'],
    ['an unknown queue', 'PurgeQueue', { QueueUrl: 'none' }, 400, 'QueueDoesNotExist', 'none'],
    [
      'an unknown queue attribute',
      'CreateQueue',
      { QueueName: 'x', Attributes: { Colour: '1' } },
      400,
      'InvalidAttributeName',
      'Colour',
    ],
    [
      'a queue attribute out of range',
      'CreateQueue',
      { QueueName: 'x', Attributes: { DelaySeconds: '901' } },
      400,
      'InvalidAttributeValue',
      'DelaySeconds',
    ],
    [
      'other attributes for a known queue',
      'CreateQueue',
      { QueueName: 'q', Attributes: { DelaySeconds: '1' } },
      400,
      'QueueNameExists',
      'DelaySeconds',
    ],
  ])('refuses %s', async (_, action, input, status, code, mention) => {
    const reply = await json(action, input);
    expect(reply.status).toBe(status);
    const { __type, message } = JSON.parse(reply.body);
    expect(__type).toBe(`com.amazonaws.sqs#${code}`);
    expect(message).toContain(mention);
    expect(reply.headers['x-amzn-query-error']).toMatch(/;Sender$/);
  });

  it('refuses invalid UTF-8 instead of changing it', async () => {
    const socketBody = Buffer.concat([
      Buffer.from('{"QueueUrl":"q","MessageBody":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]);
    const reply = await fetch(local.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: socketBody,
    });
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('UTF-8')]);
  });

  it('refuses a request of more than 8 MiB', async () => {
    const reply = await json('SendMessage', { QueueUrl: 'q', MessageBody: 'x'.repeat(8 * 1024 * 1024) });
    expect(reply.status).toBe(413);
  });

  it('keeps a message attribute named __proto__', async () => {
    const value = { DataType: 'String', StringValue: 'x' };
    const MessageAttributes = Object.fromEntries([['__proto__', value]]);
    expect((await json('SendMessage', { QueueUrl: 'q', MessageBody: 'b', MessageAttributes })).status).toBe(200);
    const reply = await json('ReceiveMessage', { QueueUrl: 'q', MessageAttributeNames: ['All'] });
    expect(reply.body).toContain('"__proto__":{"DataType":"String","StringValue":"x"}');
    const [{ ReceiptHandle }] = JSON.parse(reply.body).Messages;
    await json('DeleteMessage', { QueueUrl: 'q', ReceiptHandle });
  });
});

describe('the Query protocol', () => {
  it('carries every character through a form and XML', async () => {
    const body = 'a\r\n\t<&> "é" 😀 + %41';
    const sent = await form('/', { Action: 'SendMessage', QueueUrl: local.url('q'), MessageBody: body });
    expect(sent.status).toBe(200);
    expect(sent.headers['content-type']).toBe('text/xml');
    expect(sent.body).toMatch(/<SendMessageResult><MessageId>[0-9a-f-]{36}<\/MessageId><MD5OfMessageBody>/);
    // Posted to the queue URL, as the SDKs of that time did.
    const received = await form('/000000000000/q', { Action: 'ReceiveMessage', 'AttributeName.1': 'All' });
    expect(received.body).toContain('<Body>a&#13;\n\t&#60;&#38;&#62; &#34;é&#34; 😀 + %41</Body>');
    expect(received.body).toMatch(/<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>/);
    const [, handle = ''] = /<ReceiptHandle>(.*)<\/ReceiptHandle>/.exec(received.body) ?? [];
    const deleted = await form('/000000000000/q', { Action: 'DeleteMessage', ReceiptHandle: handle });
    expect(deleted.body).toMatch(/<DeleteMessageResponse .*<ResponseMetadata><RequestId>/s);
  });

  it('answers with a result element even if it is empty, and without one for actions that have none', async () => {
    const empty = await form('/', { Action: 'ReceiveMessage', QueueUrl: 'q' });
    expect(empty.body).toContain('<ReceiveMessageResult></ReceiveMessageResult><ResponseMetadata>');
    const purged = await form('/', { Action: 'PurgeQueue', QueueUrl: 'q' });
    expect(purged.body).toMatch(/<PurgeQueueResponse [^>]+><ResponseMetadata>/);
  });

  it('answers errors as XML with the legacy codes', async () => {
    const reply = await form('/', { Action: 'GetQueueUrl', QueueName: 'none' });
    expect(reply.status).toBe(400);
    expect(reply.body).toContain('<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
    expect((await form('/', { Action: 'Frobnicate' })).status).toBe(501);
    expect((await form('/', { QueueName: 'q' })).status).toBe(501);
    expect((await form('/', { Action: 'GetQueueUrl', QueueName: 'q', 'Colour.1': 'red' })).status).toBe(501);
  });
});

describe('requests from web pages', () => {
  it('are refused when Host or Origin are not of this machine', async () => {
    expect((await json('PurgeQueue', { QueueUrl: 'q' }, { host: 'rebound.example' })).status).toBe(403);
    expect((await json('PurgeQueue', { QueueUrl: 'q' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await json('GetQueueUrl', { QueueName: 'q' }, { host: 'localhost:4566' })).status).toBe(200);
  });

  it('are not accepted as a GET, which an image could send', () => {
    const request = (method: string, headers: Record<string, string>) => ({ method, headers });
    const { matches } = local.inProcess;
    const asked = (method: string, headers: Record<string, string>) =>
      Reflect.apply(matches, null, [request(method, headers)]);
    expect(asked('POST', { 'content-type': FORM_TYPE })).toBe(true);
    expect(asked('POST', { 'x-amz-target': 'AmazonSQS.SendMessage' })).toBe(true);
    expect(asked('GET', { 'content-type': FORM_TYPE })).toBe(false);
    expect(asked('GET', { 'x-amz-target': 'AmazonSQS.PurgeQueue' })).toBe(false);
    expect(asked('POST', { 'content-type': 'multipart/form-data; boundary=x' })).toBe(false);
    expect(asked('POST', { 'x-amz-target': 'DynamoDB_20120810.GetItem' })).toBe(false);
    expect(asked('PUT', {})).toBe(false);
  });
});

describe('a long poll', () => {
  it('takes no messages once its client has disconnected', async () => {
    await local.inProcess.ensureQueue('left');
    const controller = new AbortController();
    const poll = fetch(local.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: JSON.stringify({ QueueUrl: 'left', WaitTimeSeconds: 20 }),
      signal: controller.signal,
    }).catch((error: Error) => error.name);
    // By the time a request on another connection is answered, the poll has arrived.
    await json('GetQueueUrl', { QueueName: 'left' });
    controller.abort();
    expect(await poll).toBe('AbortError');
    await json('GetQueueUrl', { QueueName: 'left' });
    const queue = local.at('left');
    await queue.send({ body: 'for who stays' });
    expect(await queue.receive({ waitSeconds: 1 })).toMatchObject([{ receiveCount: 1 }]);
  });
});
