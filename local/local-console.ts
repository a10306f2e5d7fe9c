import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createS3Client, createSqsClient } from '../core/aws/clients.ts';
import { s3ObjectStore } from '../core/aws/s3-object-store.ts';
import { SqsQueue } from '../core/aws/sqs-queue.ts';
import { BUNDLE_FILE, type ProgramName } from '../core/build/bundle.ts';
import { publishedQueues } from '../core/config/published-queues.ts';
import { VERSION } from '../core/mail/version.ts';
import { queueDestination } from '../core/outcome/deliveries.ts';
import { ReaderThreads } from '../core/reading/reader-threads.ts';
import type { AwsServer } from './aws-server.ts';
import { repeatEndpoints } from './console/actions/repeat.ts';
import { consoleAssets } from './console/assets.ts';
import { Console } from './console/console.ts';
import { PdfPages } from './console/content/pdf-pages.ts';
import type { WatchedQueue } from './console/live/flow.ts';
import type { LocalContext } from './context.ts';
import type { EdgeProcess } from './edge-process.ts';
import type { LambdaFunction } from './runtime/lambda-function.ts';
import { ACCOUNT, CONTENT_BUCKET, DEAD_LETTERS, ENRICH_QUEUE, RAW_BUCKET, RAW_QUEUE, REGION } from './topology.ts';
import { type Killable, tryEndpoints } from './try/endpoints.ts';
import { Flood } from './try/flood.ts';

/** Folder whose node_modules has the rendering packages. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** The same as for a function of the default size. */
const READER_MEMORY_MB = 1024;

/** The programs that run beside the console. */
export interface Programs {
  edge: EdgeProcess;
  functions: readonly LambdaFunction[];
}

/**
 * The console of local mode. It reads the store in its own process, which notifies it of changes.
 *
 * @param codeDirectory folder of the bundles; the code of the functions reads mails and opens documents
 * @param programs null while they are starting
 */
export async function startLocalConsole(
  { config, log, closers }: LocalContext,
  aws: AwsServer,
  codeDirectory: string,
  programs: () => Programs | null,
): Promise<Console> {
  const { sqs, s3 } = aws;
  const { maxMessageBytes } = config.smtp;
  const bundle = (program: ProgramName) => pathToFileURL(join(codeDirectory, program, BUNDLE_FILE));
  const readers = new ReaderThreads({ entry: bundle('parser'), memoryMb: READER_MEMORY_MB });
  const client = { endpoint: aws.url, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const smtp = () => ({ host: '127.0.0.1', port: programs()?.edge.smtpPort ?? 0 });
  const flood = new Flood(smtp);
  closers.add(() => flood.stop());
  const watched = (node: string, name: string): WatchedQueue => ({
    node,
    figures: async () => {
      const depth = sqs.depth(name);
      const dead = sqs.depth(name + DEAD_LETTERS);
      return depth && { ...depth, deadLetters: dead && dead.visible + dead.inFlight + dead.delayed };
    },
  });
  const destinations = publishedQueues(config).map(({ route }) => queueDestination(route));
  const console = new Console({
    store: s3.objects,
    buckets: { raw: RAW_BUCKET, content: CONTENT_BUCKET },
    place: { kind: 'local', name: 'local', rawBucket: RAW_BUCKET, contentBucket: CONTENT_BUCKET },
    version: VERSION,
    assets: await consoleAssets(),
    since: null,
    queues: [
      watched('parser', RAW_QUEUE),
      watched('enricher', ENRICH_QUEUE),
      ...destinations.map((name) => watched(name, name)),
    ],
    queuesEveryMs: 0,
    resolutionMs: 1,
    latencyUntil: 'queue',
    storeFault: () => aws.storeFault.mode,
    became: (id, outcome) => flood.became(id, outcome),
    pages: new PdfPages({ entry: async () => bundle('enricher'), drawWith: ROOT, store: s3.objects }),
    actions: [
      ...repeatEndpoints({
        store: s3ObjectStore(createS3Client(client)),
        buckets: { raw: RAW_BUCKET, content: CONTENT_BUCKET },
        rawQueue: new SqsQueue(createSqsClient(client), `${aws.url}/${ACCOUNT}/${RAW_QUEUE}`),
        read: (source, store, options) => readers.read(source, store, options),
      }),
      ...tryEndpoints({ smtp, store: aws.storeFault, programs: () => killable(programs()), flood, maxMessageBytes }),
    ],
    log,
  });
  closers.add(() => console.close());
  void console.build();
  return console;
}

function killable(programs: Programs | null): Killable[] {
  if (programs === null) return [];
  const { edge, functions } = programs;
  return [
    { name: 'edge-mta', pids: edge.pid === undefined ? [] : [edge.pid] },
    ...functions.map(({ definition, pids }) => ({ name: definition.name, pids })),
  ];
}
