/**
 * A deployed bundle in a process of its own, and the CPU that it takes. Plain JavaScript: nothing but Node and the
 * bundle is measured. For each list of events that the parent sends it handles one after the other, as Lambda does, and
 * answers with the CPU time of the whole process during that, in milliseconds.
 */
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.argv[2]).href);

process.on('message', async (events) => {
  const before = process.cpuUsage();
  for (const event of events) {
    const { batchItemFailures } = await handler(event, context());
    if (batchItemFailures.length > 0) throw new Error('a mail was given back to the queue');
  }
  const { user, system } = process.cpuUsage(before);
  process.send((user + system) / 1000);
});
process.once('disconnect', () => process.exit());
process.send('ready');

function context() {
  const deadline = Date.now() + 60_000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'parser',
    functionVersion: '$LATEST',
    memoryLimitInMB: '1024',
    awsRequestId: '8f5e7f0c-54c1-4a1b-9a53-0d4f3d4b9a10',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:parser',
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
