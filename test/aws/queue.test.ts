import { createSqsClient } from '../../core/aws/clients.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { queueConformance } from '../conformance/queue.ts';
import { accountVariable } from './account-variable.ts';

const queueUrl = accountVariable('MAIL_PIPELINE_CONFORMANCE_QUEUE', 'the URL of a standard queue of its own');

queueConformance(`AWS, queue ${queueUrl}`, async () => {
  const client = createSqsClient();
  return {
    queue: new SqsQueue(client, queueUrl),
    missing: new SqsQueue(client, `${queueUrl}-that-does-not-exist`),
    stop: async () => client.destroy(),
  };
});
