import { availableParallelism } from 'node:os';
import { parserSettings } from '../core/config/parser-settings.ts';
import { encodeParserEnvironment } from '../core/env/parser-environment.ts';
import { metricsNamespace } from '../core/metrics/names.ts';
import type { AwsServer } from './aws-server.ts';
import { EventSourceMapping } from './runtime/event-source-mapping.ts';
import { LambdaFunction } from './runtime/lambda-function.ts';
import { ACCOUNT, awsEnvironment, CONTENT_BUCKET, PARSED_QUEUE, RAW_QUEUE } from './topology.ts';
import type { World } from './world.ts';

const BATCH_SIZE = 5;
/** More would only divide the processors of this machine. */
const MAX_CONCURRENCY = Math.max(2, Math.min(8, availableParallelism()));
const IDLE_MS = 5 * 60_000;
/** What invocations in progress may take when everything stops; afterwards they are ended and come again. */
const STOP_DEADLINE_MS = 2_000;

/** Runs the parser for what comes into the raw-mail queue. */
export async function startParser(world: World, aws: AwsServer, codeDirectory: string): Promise<LambdaFunction> {
  const { config, closers, log, logFile, reaper } = world;
  const parser = new LambdaFunction(
    {
      name: 'parser',
      codeDirectory,
      handler: 'index.handler',
      memoryMb: config.parser.memoryMb,
      timeoutMs: config.parser.timeoutSeconds * 1000,
      maxConcurrency: Math.min(config.parser.maxConcurrency, MAX_CONCURRENCY),
      idleMs: IDLE_MS,
      environment: {
        ...awsEnvironment(aws.url),
        ...encodeParserEnvironment(
          parserSettings(config, {
            contentBucket: CONTENT_BUCKET,
            destinationQueue: `${aws.url}/${ACCOUNT}/${PARSED_QUEUE}`,
            metricsNamespace: metricsNamespace('local'),
          }),
        ),
      },
    },
    { reaper, print: (name, line) => logFile.write(`${name} ${line}`) },
  );
  closers.add(() => parser.stop());
  const source = aws.sqs.eventSource(RAW_QUEUE);
  await source.takeBack();
  const mapping = new EventSourceMapping({ source, target: parser, batchSize: BATCH_SIZE, log });
  closers.add(() => stopWithin(mapping, STOP_DEADLINE_MS));
  return parser;
}

async function stopWithin(mapping: EventSourceMapping, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([mapping.stop(), deadline]);
  clearTimeout(timer);
}
