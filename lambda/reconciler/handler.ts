import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { decodeReconcilerEnvironment } from '../../core/env/reconciler-environment.ts';
import { powertoolsLog } from '../../core/log/powertools-log.ts';
import { lambdaMetrics } from '../../core/metrics/lambda-metrics.ts';
import { type ReconcileDeps, type Reconciled, reconcile } from './reconcile.ts';

const SERVICE = 'reconciler';

/** Milliseconds kept to send what was found and to say so. */
const RESERVE_MS = 5_000;

const settings = decodeReconcilerEnvironment(process.env);
const logger = new Logger({ serviceName: SERVICE });
const log = powertoolsLog(logger);
const metrics = lambdaMetrics(settings.metricsNamespace, SERVICE);
const deps: ReconcileDeps = {
  store: s3ObjectStore(createS3Client()),
  events: new SqsQueue(createSqsClient(), settings.eventQueue),
  log,
  now: Date.now,
  random: Math.random,
  pause,
};

/** Runs on a schedule; what the schedule sends is not looked at. */
export async function handler(_event: unknown, context: Context): Promise<Reconciled> {
  logger.addContext(context);
  const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const { rawBucket, contentBucket, ...limits } = settings;
  try {
    const buckets = { raw: rawBucket, content: contentBucket };
    const reconciled = await reconcile(deps, { ...limits, buckets, deadline });
    metrics.add('unreconciled', reconciled.missing);
    metrics.add('requeued', reconciled.requeued);
    log[reconciled.complete ? 'info' : 'warn']('reconciled', { ...reconciled });
    return reconciled;
  } finally {
    metrics.flush();
  }
}
