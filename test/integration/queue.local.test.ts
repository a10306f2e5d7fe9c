import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { queueConformance } from '../conformance/queue.ts';
import { startLocalSqs } from '../support/local-sqs.ts';

queueConformance('the SQS adapter on the local server', async () => {
  const sqs = await startLocalSqs();
  const queue = await sqs.queue('conformance');
  return { queue, missing: new SqsQueue(sqs.client, sqs.url('missing')), stop: sqs.stop };
});

queueConformance('the local server without HTTP', async () => {
  const sqs = await startLocalSqs();
  await sqs.inProcess.ensureQueue('conformance');
  return { queue: sqs.inProcess.queue('conformance'), missing: sqs.inProcess.queue('missing'), stop: sqs.stop };
});
