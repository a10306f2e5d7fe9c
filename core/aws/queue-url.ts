import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { PermanentError } from '../mail/errors.ts';
import { classifyAwsError } from './aws-error.ts';

/** The URL of a queue that people may name by its URL or by its name in the client's account and region. */
export async function queueUrl(client: SQSClient, nameOrUrl: string): Promise<string> {
  if (nameOrUrl.includes('://')) return nameOrUrl;
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: nameOrUrl }));
    if (QueueUrl !== undefined) return QueueUrl;
  } catch (error) {
    throw classifyAwsError('sqs', `GetQueueUrl ${nameOrUrl}`, error);
  }
  throw new PermanentError('sqs.answer', 'SQS answered without QueueUrl');
}
