import { queueConformance } from '../conformance/queue.ts';
import { startLocalSqs } from '../support/local-sqs.ts';

queueConformance('the SQS adapter on the local server', async () => {
  const sqs = await startLocalSqs();
  const queue = await sqs.queue('conformance');
  return { queue, missing: sqs.at('missing'), stop: sqs.stop };
});
