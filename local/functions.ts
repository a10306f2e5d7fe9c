import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramName } from '../core/build/bundle.ts';
import { ENRICHER_MEMORY_MB, ENRICHER_TIMEOUT_SECONDS, WEBHOOK_TIMEOUT_SECONDS } from '../core/config/functions.ts';
import { enricherSettings, parserSettings, reconcilerSettings, webhookSettings } from '../core/config/to-settings.ts';
import { routeQueue } from '../core/mail/routes.ts';
import { metricsNamespace } from '../core/metrics/names.ts';
import { enricherEnvironment } from '../core/settings/enricher.ts';
import { type ParserSettings, parserEnvironment } from '../core/settings/parser.ts';
import { deadLetterEnvironment } from '../core/settings/publishing.ts';
import { reconcilerEnvironment } from '../core/settings/reconciler.ts';
import { webhookEnvironment } from '../core/settings/webhook.ts';
import type { AwsServer } from './aws-server.ts';
import type { LocalContext } from './context.ts';
import { EventSourceMapping } from './runtime/event-source-mapping.ts';
import { LambdaFunction } from './runtime/lambda-function.ts';
import {
  ACCOUNT,
  awsEnvironment,
  CONTENT_BUCKET,
  DEAD_LETTERS,
  ENRICH_QUEUE,
  PARSED_QUEUE,
  RAW_BUCKET,
  RAW_QUEUE,
  RESULTS_QUEUE,
} from './topology.ts';

/** Folder whose node_modules has Tesseract. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BATCH_SIZE = 5;
/** More would only compete for this machine's CPUs. */
const MAX_CONCURRENCY = Math.max(2, Math.min(8, availableParallelism()));
const IDLE_MS = 5 * 60_000;
/** Time for running invocations to finish at shutdown; then they are killed, and their messages redelivered. */
const STOP_DEADLINE_MS = 2_000;
/** Outages are short here: five attempts within a minute and a half. */
const RETRY_BASE_SECONDS = 1;
/** Memory of the functions that only move pointers, MB. */
const SMALL_MEMORY_MB = 256;
/** Room for a body of 64 MiB and its source. */
const WEBHOOK_MEMORY_MB = 1024;
const RECONCILE_EVERY_MS = 15 * 60_000;

interface FunctionLimits {
  memoryMb: number;
  timeoutMs: number;
  maxConcurrency: number;
  provisionedConcurrency?: number;
  environment: Record<string, string>;
}

/** Runs every function of the pipeline from the bundles in `codeDirectory`, with the same settings and triggers. */
export async function startFunctions(
  context: LocalContext,
  aws: AwsServer,
  codeDirectory: string,
): Promise<LambdaFunction[]> {
  const { config } = context;
  const functions: LambdaFunction[] = [];
  const queueUrl = (name: string) => `${aws.url}/${ACCOUNT}/${name}`;
  const placement = {
    contentBucket: CONTENT_BUCKET,
    destinationQueue: queueUrl(PARSED_QUEUE),
    enrichQueue: queueUrl(ENRICH_QUEUE),
    metricsNamespace: metricsNamespace('local'),
  };
  const settings = parserSettings(config, 'local', {
    ...placement,
    eventQueue: queueUrl(RAW_QUEUE),
    deadLetterQueue: queueUrl(RAW_QUEUE + DEAD_LETTERS),
  });
  const define = (name: ProgramName, limits: FunctionLimits) => {
    const lambda = defineFunction(context, { name, codeDirectory: join(codeDirectory, name), ...limits }, aws);
    functions.push(lambda);
    return lambda;
  };

  const parser = define('parser', {
    memoryMb: config.parser.memoryMb,
    timeoutMs: config.parser.timeoutSeconds * 1000,
    maxConcurrency: Math.min(config.parser.maxConcurrency ?? MAX_CONCURRENCY, MAX_CONCURRENCY),
    provisionedConcurrency: 1,
    environment: parserEnvironment.encode({ ...settings, retryBaseSeconds: RETRY_BASE_SECONDS }),
  });
  // Every mail goes through it: it loads while the edge does.
  await parser.provision();
  await wake(context, aws, RAW_QUEUE, parser);

  const deadLetter = define('dead-letter', {
    memoryMb: SMALL_MEMORY_MB,
    timeoutMs: 30_000,
    maxConcurrency: 1,
    environment: deadLetterEnvironment.encode(settings),
  });
  for (const queue of [RAW_QUEUE, ENRICH_QUEUE, RESULTS_QUEUE]) {
    await wake(context, aws, queue + DEAD_LETTERS, deadLetter);
  }

  const enricher = define('enricher', {
    memoryMb: ENRICHER_MEMORY_MB,
    timeoutMs: ENRICHER_TIMEOUT_SECONDS * 1000,
    maxConcurrency: Math.min(config.enrichment.maxConcurrency, MAX_CONCURRENCY),
    environment: enricherEnvironment.encode({
      ...enricherSettings(config, 'local', {
        ...placement,
        resultsQueue: queueUrl(RESULTS_QUEUE),
        deadLetterQueue: queueUrl(ENRICH_QUEUE + DEAD_LETTERS),
        textract: null,
        tesseractFrom: ROOT,
      }),
      retryBaseSeconds: RETRY_BASE_SECONDS,
    }),
  });
  await wake(context, aws, ENRICH_QUEUE, enricher, 1);
  await wake(context, aws, RESULTS_QUEUE, enricher, 1);

  await startWebhooks(context, aws, define, settings);

  const reconciler = define('reconciler', {
    memoryMb: SMALL_MEMORY_MB,
    timeoutMs: 10 * 60_000,
    maxConcurrency: 1,
    environment: reconcilerEnvironment.encode(
      reconcilerSettings({ ...settings, rawBucket: RAW_BUCKET, contentBucket: CONTENT_BUCKET }),
    ),
  });
  runEvery(RECONCILE_EVERY_MS, context, reconciler);
  return functions;
}

/** Only for queues with a webhook; consumers read the others. */
async function startWebhooks(
  context: LocalContext,
  aws: AwsServer,
  define: (name: ProgramName, limits: FunctionLimits) => LambdaFunction,
  { destinationQueue, contentBucket, metricsNamespace }: ParserSettings,
): Promise<void> {
  const settings = webhookSettings(context.config, 'local', {
    parsedMailQueue: destinationQueue,
    contentBucket,
    metricsNamespace,
  });
  if (settings === null) return;
  const webhook = define('webhook', {
    memoryMb: WEBHOOK_MEMORY_MB,
    timeoutMs: WEBHOOK_TIMEOUT_SECONDS * 1000,
    maxConcurrency: MAX_CONCURRENCY,
    environment: webhookEnvironment.encode({ ...settings, retryBaseSeconds: RETRY_BASE_SECONDS }),
  });
  for (const { route } of settings.webhooks) {
    await wake(context, aws, route === null ? PARSED_QUEUE : routeQueue(PARSED_QUEUE, route), webhook, 1);
  }
}

function defineFunction(
  { closers, logFile, reaper }: LocalContext,
  settings: FunctionLimits & { name: string; codeDirectory: string },
  aws: AwsServer,
): LambdaFunction {
  const lambda = new LambdaFunction(
    {
      ...settings,
      idleMs: IDLE_MS,
      environment: { ...awsEnvironment(aws.url), ...settings.environment },
    },
    { reaper, print: (name, line) => logFile.write(`${name} ${line}`) },
  );
  closers.add(() => lambda.stop());
  return lambda;
}

/** Invokes a function for the messages of a queue. */
async function wake(
  { closers, log }: LocalContext,
  aws: AwsServer,
  queue: string,
  target: LambdaFunction,
  batchSize = BATCH_SIZE,
): Promise<void> {
  const source = aws.sqs.eventSource(queue);
  await source.takeBack();
  const mapping = new EventSourceMapping({ source, target, batchSize, log });
  closers.add(() => stopWithin(mapping, STOP_DEADLINE_MS));
}

async function stopWithin(mapping: EventSourceMapping, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([mapping.stop(), deadline]);
  clearTimeout(timer);
}

/** Invokes a function on a schedule, as EventBridge does. */
function runEvery(ms: number, { closers, log }: LocalContext, lambda: LambdaFunction): void {
  const timer = setInterval(async () => {
    const outcome = await lambda.invoke({});
    if (outcome.status === 'error') log.error('a scheduled run failed', { function: lambda.definition.name, outcome });
  }, ms);
  closers.add(async () => clearInterval(timer));
}
