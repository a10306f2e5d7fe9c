import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { classified } from './aws-error.ts';
import { given } from './given.ts';

/** The URL of a queue that people may name by its URL or by its name in the client's account and region. */
export async function queueUrl(client: SQSClient, nameOrUrl: string): Promise<string> {
  if (nameOrUrl.includes('://')) return nameOrUrl;
  const found = await classified('sqs', `GetQueueUrl ${nameOrUrl}`, () =>
    client.send(new GetQueueUrlCommand({ QueueName: nameOrUrl })),
  );
  return given('sqs', 'GetQueueUrl', 'QueueUrl', found.QueueUrl);
}
