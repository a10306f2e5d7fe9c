import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { leanQueues } from '../../core/aws/lean/lean-queue.ts';
import { LeanService } from '../../core/aws/lean/service.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { queueConformance } from '../conformance/queue.ts';
import { type AnsweringServer, startAnsweringServer } from '../support/answering-server.ts';
import { localSqsClient, startLocalSqs } from '../support/local-sqs.ts';

const VARIABLES = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'token',
};

queueConformance('the lean SQS adapter on the local server', async () => {
  const local = await startLocalSqs();
  await local.queue('conformance');
  const queueAt = leanQueues(new LeanService(VARIABLES, async () => local.client));
  return { queue: queueAt(local.url('conformance')), missing: queueAt(local.url('missing')), stop: local.stop };
});

describe('a lean send', () => {
  let server: AnsweringServer;
  let queue: Queue;
  let loads: number;
  let last: string;
  afterEach(() => server.stop());

  const answer = (body: string, status = '200 OK') =>
    `HTTP/1.1 ${status}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const MD5OfMessageBody = createHash('md5').update('hello').digest('hex');
  const GOOD = answer(JSON.stringify({ MessageId: 'm', MD5OfMessageBody }));

  /** @param answers to the first requests; every later request succeeds */
  async function start(...answers: string[]): Promise<void> {
    server = await startAnsweringServer((socket, request, number) => {
      last = request;
      const bytes = answers[number - 1] ?? GOOD;
      if (bytes === 'cut') socket.end(GOOD.slice(0, -5));
      else socket.write(bytes);
    });
    loads = 0;
    const load = async () => {
      loads++;
      return localSqsClient(server.endpoint);
    };
    queue = leanQueues(new LeanService(VARIABLES, load))(`${server.endpoint}/000000000000/parsed-mail`);
  }

  it('is one request, and loads no SDK', async () => {
    await start();
    const attributes = { kind: 'message', size: 17 };
    expect(await queue.send({ body: 'hello', attributes, delaySeconds: 5 })).toEqual({ messageId: 'm' });
    expect(server.requests).toEqual(['POST /']);
    expect(loads).toBe(0);
    expect(JSON.parse(last.slice(last.indexOf('\r\n\r\n')))).toEqual({
      QueueUrl: `${server.endpoint}/000000000000/parsed-mail`,
      MessageBody: 'hello',
      DelaySeconds: 5,
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'message' },
        size: { DataType: 'Number', StringValue: '17' },
      },
    });
  });

  it.each([
    ['a digest of something else', answer(JSON.stringify({ MessageId: 'm', MD5OfMessageBody: 'x' }))],
    ['no message id', answer(JSON.stringify({ MD5OfMessageBody }))],
    ['what is no JSON', answer('<html></html>')],
    ['a page of HTML', answer('<html></html>', '500 Oops')],
    ['a throttled request', answer('{"__type":"com.amazonaws.sqs#RequestThrottled"}', '400 Bad Request')],
    ['a body that is cut short', 'cut'],
  ])('is left to the SDK, which sends again, after %s', async (_, broken) => {
    await start(broken);
    expect(await queue.send({ body: 'hello' })).toEqual({ messageId: 'm' });
    expect(server.requests).toHaveLength(2);
    expect(loads).toBe(1);
  });

  it('fails as the SDK fails', async () => {
    const missing = answer('{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}', '400 Bad Request');
    await start(missing, missing);
    await expect(queue.send({ body: 'hello' })).rejects.toMatchObject({ code: 'sqs.QueueDoesNotExist' });
  });
});
