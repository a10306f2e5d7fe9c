import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { classifyAwsError } from './aws-error.ts';
import { given } from './given.ts';

/** The URL of a queue that people may name by its URL or by its name in the client's account and region. */
export async function queueUrl(client: SQSClient, nameOrUrl: string): Promise<string> {
  if (nameOrUrl.includes('://')) return nameOrUrl;
  const found = await client.send(new GetQueueUrlCommand({ QueueName: nameOrUrl })).catch((error: unknown) => {
    throw classifyAwsError('sqs', `GetQueueUrl ${nameOrUrl}`, error);
  });
  return given('sqs', 'GetQueueUrl', 'QueueUrl', found.QueueUrl);
}
