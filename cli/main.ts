import { createS3Client, createSqsClient } from '../core/aws/clients.ts';
import { queueUrl } from '../core/aws/queue-url.ts';
import { s3ObjectStore } from '../core/aws/s3-object-store.ts';
import { SqsQueue } from '../core/aws/sqs-queue.ts';
import { onInterruption } from '../core/process/interruption.ts';
import { ReaderThreads } from '../core/reading/reader-threads.ts';
import { decodeCliEnvironment } from '../core/settings/cli.ts';
import type { Output } from './command.ts';
import { run } from './program.ts';
import { createProgress } from './progress.ts';

/** As in a function of the default size. */
const READER_MEMORY_MB = 1024;

const settings = decodeCliEnvironment(process.env);
const client = localClient(settings.endpoint);
const sqs = createSqsClient(client);
const readers = new ReaderThreads({
  entry: new URL('./mail-pipeline.mjs', import.meta.url),
  memoryMb: READER_MEMORY_MB,
});
const interrupted = new AbortController();
onInterruption(() => interrupted.abort());

process.exitCode = await run(process.argv.slice(2), {
  settings,
  objects: () => s3ObjectStore(createS3Client(client)),
  queue: async (nameOrUrl) => new SqsQueue(sqs, await queueUrl(sqs, nameOrUrl)),
  read: (source, store, options) => readers.read(source, store, options),
  input: () => process.stdin,
  out: output(process.stdout),
  err: output(process.stderr),
  progress: (what) => createProgress(process.stderr, what),
  now: () => new Date(),
  signal: interrupted.signal,
});

function output(stream: NodeJS.WriteStream): Output {
  // The reader has left (`| head`): there is nobody to tell, and nothing more to do.
  stream.on('error', () => process.exit(1));
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/**
 * Local mode takes any credentials; without them the SDK would look for real ones, and for a region. At an address, and
 * not at a name, it asks for buckets by path: `mail-content.localhost` is known to browsers alone.
 */
function localClient(endpoint: string | null) {
  if (endpoint === null || !/^https?:\/\/(127\.|localhost\b|\[::1\])/.test(endpoint)) return {};
  return {
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: endpoint.replace('//localhost', '//127.0.0.1'),
  };
}
