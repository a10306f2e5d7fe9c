import { createHash, hash } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { jsonOf } from '../../mail/json.ts';
import type { OutgoingMessage, Queue } from '../../ports/queue.ts';
import type { Environment } from '../../settings/codec.ts';
import { messageInput } from '../sqs-message.ts';
import { httpRequests } from './connections.ts';
import { LeanService } from './service.ts';
import { signed } from './signature.ts';

const MAX_SOCKETS = 50;
/** Of SQS's JSON protocol (AWS JSON 1.0). */
const CONTENT_TYPE = 'application/x-amz-json-1.0';

const sentSchema = z.object({ MessageId: z.string(), MD5OfMessageBody: z.string() });

/** Queues by URL, with lean requests, for a program with this environment. */
export function leanSqs(environment: Environment): (queueUrl: string) => Queue {
  return leanQueues(new LeanService(environment, async () => (await import('../clients.ts')).createSqsClient()));
}

/**
 * SQS with a lean request for `send`: signed and sent here, at a tenth of the CPU of the SDK's command. It is tried
 * once. Anything except a plain success goes to the SDK, which retries, knows the errors and classifies them; a message
 * whose answer was lost is then sent twice, as with the SDK's own retries. Everything else goes there directly.
 */
export function leanQueues(aws: LeanService<SQSClient>): (queueUrl: string) => Queue {
  const sendRequest = httpRequests(MAX_SOCKETS);

  /** Null for what only the SDK can determine. */
  async function send(queueUrl: string, message: OutgoingMessage): Promise<{ messageId: string } | null> {
    const endpoint = aws.queueEndpoint(new URL(queueUrl));
    if (endpoint === null) return null;
    const body = Buffer.from(JSON.stringify({ QueueUrl: queueUrl, ...messageInput(message) }));
    const request = {
      method: 'POST',
      path: '/',
      query: '',
      headers: {
        host: endpoint.host,
        'content-length': String(body.length),
        'content-type': CONTENT_TYPE,
        'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
        'x-amz-target': 'AmazonSQS.SendMessage',
      },
    };
    const headers = signed(request, await aws.scope('sqs'));
    const sending = { endpoint, method: 'POST', target: '/', headers, pieces: [body], signal: undefined } as const;
    const { status, body: answer } = await sendRequest({ ...sending, repeatable: true });
    const sent = sentSchema.safeParse(status === 200 && Buffer.isBuffer(answer) ? jsonOf(answer.toString()) : null);
    const whole = sent.success && sent.data.MD5OfMessageBody === hash('md5', message.body);
    return whole ? { messageId: sent.data.MessageId } : null;
  }

  return (queueUrl) => {
    const queue = async () => new (await import('../sqs-queue.ts')).SqsQueue(await aws.sdk(), queueUrl);
    return {
      // The SDK's own tries find out and report why it failed.
      send: async (message) => (await send(queueUrl, message).catch(() => null)) ?? (await queue()).send(message),
      sendAll: async (messages) => (await queue()).sendAll(messages),
      receive: async (options) => (await queue()).receive(options),
      delete: async (receiptHandle) => (await queue()).delete(receiptHandle),
      changeVisibility: async (receiptHandle, seconds) => (await queue()).changeVisibility(receiptHandle, seconds),
      depth: async () => (await queue()).depth(),
    };
  };
}
