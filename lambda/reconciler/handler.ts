import { setTimeout as pause } from 'node:timers/promises';
import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import { isRecentPass, reconcilerEnvironment } from '../../core/settings/reconciler.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

/** Milliseconds reserved for sending what was found, and reporting it. */
const RESERVE_MS = 5_000;

const settings = reconcilerEnvironment.decode(process.env);
const { log, metrics, ...program } = lambdaProgram('reconciler', settings.metricsNamespace, process.env);
const deps: ReconcileDeps = {
  store: s3ObjectStore(createS3Client()),
  events: new SqsQueue(createSqsClient(), settings.eventQueue),
  log,
  now: Date.now,
  random: Math.random,
  pause,
};

/** Runs on two schedules: one for recent mails, one for all. */
export const handler = program.handler(0, async (event, { remainingMs }) => {
  const deadline = Date.now() + remainingMs - RESERVE_MS;
  const { rawBucket, contentBucket, recentHours, ...limits } = settings;
  const buckets = { raw: rawBucket, content: contentBucket };
  const pass = { recentHours: isRecentPass(event) ? recentHours : null };
  const reconciled = await reconcile(deps, { ...limits, ...pass, buckets, deadline });
  metrics.add('unreconciled', reconciled.missing);
  // Billed for each hour in which it is sent.
  if (reconciled.requeued > 0) metrics.add('requeued', reconciled.requeued);
  log[reconciled.complete ? 'info' : 'warn']('reconciled', { ...pass, ...reconciled });
  return reconciled;
});
