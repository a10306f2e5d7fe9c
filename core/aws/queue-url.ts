import { GetQueueUrlCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { classified } from './aws-error.ts';
import { required } from './required.ts';

/** Maximum queues per ListQueues request; without it the answer has no token for the next page. */
const LISTED_AT_ONCE = 1_000;

/** The URL of a queue, from its URL or from its name in the client's account and region. */
export async function queueUrl(client: SQSClient, nameOrUrl: string): Promise<string> {
  if (nameOrUrl.includes('://')) return nameOrUrl;
  const found = await classified('sqs', `GetQueueUrl ${nameOrUrl}`, () =>
    client.send(new GetQueueUrlCommand({ QueueName: nameOrUrl })),
  );
  return required('sqs', 'GetQueueUrl', 'QueueUrl', found.QueueUrl);
}

/** The URLs of the queues in the client's account and region whose names begin with `prefix`. */
export async function queueUrls(client: SQSClient, prefix: string): Promise<string[]> {
  const urls: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = { QueueNamePrefix: prefix, MaxResults: LISTED_AT_ONCE, NextToken };
    const answer = await classified('sqs', `ListQueues ${prefix}`, () => client.send(new ListQueuesCommand(page)));
    urls.push(...(answer.QueueUrls ?? []));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return urls;
}
