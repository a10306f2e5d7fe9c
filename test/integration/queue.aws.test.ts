import { describe, it } from 'vitest';
import { createSqsClient } from '../../core/aws/clients.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { queueConformance } from '../conformance/queue.ts';

const queueUrl = process.env['MAIL_PIPELINE_CONFORMANCE_QUEUE'];

if (queueUrl) {
  queueConformance(`AWS, queue ${queueUrl}`, async () => {
    const client = createSqsClient();
    return {
      queue: new SqsQueue(client, queueUrl),
      missing: new SqsQueue(client, `${queueUrl}-that-does-not-exist`),
      stop: async () => client.destroy(),
    };
  });
} else {
  describe('queue: AWS', () => {
    it('runs the conformance suite', ({ skip }) =>
      skip(
        'set MAIL_PIPELINE_CONFORMANCE_QUEUE to the URL of a standard queue of its own, with region and credentials in the environment',
      ));
  });
}
