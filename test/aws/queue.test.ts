import type { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsClient } from '../../core/aws/clients.ts';
import { leanQueues } from '../../core/aws/lean/lean-queue.ts';
import { LeanService } from '../../core/aws/lean/service.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import type { Queue } from '../../core/ports/queue.ts';
import { queueConformance } from '../conformance/queue.ts';
import { accountVariable } from './account-variable.ts';

const queueUrl = accountVariable('MAIL_PIPELINE_CONFORMANCE_QUEUE', 'the URL of a standard queue of its own');

const ADAPTERS: [name: string, (client: SQSClient) => (url: string) => Queue][] = [
  ['the SDK', (client) => (url) => new SqsQueue(client, url)],
  ['lean requests', (client) => leanQueues(new LeanService(process.env, async () => client))],
];

for (const [name, queuesOn] of ADAPTERS) {
  queueConformance(`AWS by ${name}, queue ${queueUrl}`, async () => {
    const client = createSqsClient();
    const queueAt = queuesOn(client);
    return {
      queue: queueAt(queueUrl),
      missing: queueAt(`${queueUrl}-that-does-not-exist`),
      stop: async () => client.destroy(),
    };
  });
}
