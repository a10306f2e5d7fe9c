/**
 * One thing that a first invocation pays for, in a process of its own, and the CPU that it takes: `bare`, an ES module that does
 * nothing; `thread`, a thread in which nothing runs; `module FILE`, the import of a module and what its `run` does; `bundle FILE
 * EVENT`, the import of the deployed parser, its reader thread, and its first invocation. Plain JavaScript: nothing but Node and
 * what is measured runs here. Prints milliseconds of CPU of the whole process so far, one figure for each step, as JSON.
 */
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';
import workers from 'node:worker_threads';

const steps = { bare: mark, thread, module, bundle };
const [step, file, event] = process.argv.slice(2);
const marks = [];
// A thread without work does not keep the process alive.
setInterval(() => {}, 60_000);
await steps[step]();
process.stdout.write(JSON.stringify(marks), () => process.exit(0));

function mark() {
  const { user, system } = process.cpuUsage();
  marks.push((user + system) / 1000);
}

async function thread() {
  const worker = new workers.Worker('require("node:worker_threads").parentPort.postMessage("ready")', {
    eval: true,
    env: {},
  });
  await firstMessage(worker);
  mark();
}

async function module() {
  const { run } = await import(pathToFileURL(file).href);
  await run?.();
  mark();
}

async function bundle() {
  const threads = [];
  // A reader thread says when it is ready. What the bundle starts later, for a mail, has to answer anyway.
  workers.Worker = class extends workers.Worker {
    constructor(...args) {
      super(...args);
      threads.push(firstMessage(this));
    }
  };
  syncBuiltinESMExports();
  const { handler } = await import(pathToFileURL(file).href);
  mark();
  await Promise.all(threads);
  mark();
  const { batchItemFailures } = await handler(JSON.parse(event), context());
  if (batchItemFailures.length > 0) throw new Error('the mail was returned to the queue');
  mark();
}

function firstMessage(worker) {
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

function context() {
  const deadline = Date.now() + 60_000;
  return {
    functionName: 'parser',
    functionVersion: '$LATEST',
    memoryLimitInMB: '1024',
    awsRequestId: '8f5e7f0c-54c1-4a1b-9a53-0d4f3d4b9a10',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:parser',
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
