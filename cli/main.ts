import { Resolver } from 'node:dns/promises';
import { createS3Client, createSqsClient } from '../core/aws/clients.ts';
import { queueUrl, queueUrls } from '../core/aws/queue-url.ts';
import { s3ObjectStore } from '../core/aws/s3-object-store.ts';
import { SqsQueue } from '../core/aws/sqs-queue.ts';
import { printable } from '../core/log/printable.ts';
import { errorText } from '../core/mail/errors.ts';
import { endWithLauncher } from '../core/process/launcher.ts';
import { runProgram } from '../core/process/run-program.ts';
import { ownReaderThreads } from '../core/reading/own-threads.ts';
import { decodeCliEnvironment } from '../core/settings/cli.ts';
import { askOn } from './ask.ts';
import { PROGRAM, run } from './program.ts';
import { Terminal } from './terminal.ts';

/** Timeout of a DNS query; it is retried once, with twice the timeout. */
const DNS_TIMEOUT_MS = 3_000;

const settings = decodeCliEnvironment(process.env);
const client = localClient(settings.endpoint);
const sqs = createSqsClient(client);
const readers = ownReaderThreads();
const terminal = new Terminal(process.stdout, process.stderr, process.env);
process.stdout.on('error', lostOutput);
// There is nowhere left to report it.
process.stderr.on('error', () => process.exit(1));

endWithLauncher(process.env);
const args = process.argv.slice(2);
await runProgram(
  ({ signal, say }) =>
    run(args, {
      settings,
      objects: () => s3ObjectStore(createS3Client(client)),
      queue: async (nameOrUrl) => new SqsQueue(sqs, await queueUrl(sqs, nameOrUrl)),
      queueUrl: (nameOrUrl) => queueUrl(sqs, nameOrUrl),
      queueUrls: (prefix) => queueUrls(sqs, prefix),
      account: async () => (await import('../core/aws/account.ts')).awsAccount(),
      resolver: () => new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 }),
      read: (source, store, options) => readers.read(source, store, options),
      input: () => process.stdin,
      ask: process.stdin.isTTY && process.stderr.isTTY ? askOn(process.stdin, process.stderr, signal) : null,
      out: terminal.out,
      err: terminal.err,
      progress: (what) => terminal.progress(what),
      waiting: (what) => terminal.waiting(what),
      now: () => new Date(),
      signal,
      ifInterrupted: say,
    }),
  {
    name: [PROGRAM, ...args.slice(0, 1)].join(' '),
    write: (line) => terminal.last(line),
    fail: (error) => {
      terminal.last(`${PROGRAM}: ${printable(errorText(error))}\n`);
      return 1;
    },
  },
);

/** EPIPE: the reader has exited (`| head`), which is no error. Others, such as a full disk, are reported. */
function lostOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') terminal.last(`${PROGRAM}: standard output cannot be written: ${error.message}\n`);
  process.exit(1);
}

/**
 * Local mode accepts any credentials; without these the SDK would look for real ones and for a region. The endpoint is
 * an address and not a name, which makes the SDK use path-style URLs: only browsers resolve `mail-content.localhost`.
 */
function localClient(endpoint: string | null) {
  if (endpoint === null || !/^https?:\/\/(127\.|localhost\b|\[::1\])/.test(endpoint)) return {};
  return {
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: endpoint.replace('//localhost', '//127.0.0.1'),
  };
}
