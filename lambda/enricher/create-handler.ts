import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { publishing } from '../../core/aws/publishing.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { DailyBudget } from '../../core/enrich/budget.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import type { Environment } from '../../core/settings/codec.ts';
import type { EnricherSettings } from '../../core/settings/enricher.ts';
import { type EnricherDeps, handleEvent } from './handle-event.ts';
import type { RunnerDependencies } from './runner.ts';
import { runners } from './runners.ts';

/** Milliseconds reserved for the answer: unfinished records are returned as `batchItemFailures`. */
const RESERVE_MS = 2_000;

/**
 * Clients and loggers, built once for all invocations.
 *
 * @param environment what Lambda says of itself
 * @param documents the bundle, which opens documents in processes of its own
 */
export function createHandler(
  settings: EnricherSettings,
  environment: Environment,
  documents: RunnerDependencies['documents'],
) {
  const { log, metrics, handler } = lambdaProgram('enricher', settings.metricsNamespace, environment);
  const sqs = createSqsClient();
  const queueAt = (url: string) => new SqsQueue(sqs, url);
  const s3 = createS3Client();
  const store = s3ObjectStore(s3);
  const { contentBucket } = settings;
  const budget = new DailyBudget({ store, contentBucket, metrics, now: Date.now }, settings.enrichment.dailyBudgetUsd);
  const enrich = queueAt(settings.enrichQueue);
  const deps: EnricherDeps = {
    ...publishing(settings, queueAt, { store, log, metrics }),
    enrich,
    sources: { enrich, results: queueAt(settings.resultsQueue) },
    resultsQueueName: settings.resultsQueue.split('/').at(-1) ?? '',
    runnerOf: runners({ settings, documents, s3, store }),
    spend: ({ step }, usd, signal) => budget.reserve(usd, step, signal),
    deadLetters: queueAt(settings.deadLetterQueue),
    maxAttempts: settings.maxAttempts,
    retryBaseSeconds: settings.retryBaseSeconds,
    now: Date.now,
  };
  return handler(RESERVE_MS, (event, { signal }) => handleEvent(deps, event, signal));
}
