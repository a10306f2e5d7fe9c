import { setMaxListeners } from 'node:events';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { createS3Client, createSqsClient } from '../../core/aws/clients.ts';
import { publishing } from '../../core/aws/publishing.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import type { SqsBatchResponse } from '../../core/aws/sqs-event.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { loadQuickSteps } from '../../core/enrich/text/quick-steps.ts';
import type { ParserSettings } from '../../core/env/parser-environment.ts';
import { powertoolsLog } from '../../core/log/powertools-log.ts';
import { TransientError } from '../../core/mail/errors.ts';
import { mailRouter } from '../../core/mail/routes.ts';
import { lambdaMetrics } from '../../core/metrics/lambda-metrics.ts';
import type { ReaderThreads } from '../../core/reading/reader-threads.ts';
import type { Authentication } from './authentication/authentication.ts';
import { type EventDeps, handleEvent } from './handle-event.ts';

const SERVICE = 'parser';

/** Milliseconds kept for the answer: what is not done by then is given back to the queue. */
const RESERVE_MS = 1_500;

/** Share of an invocation that one mail's MIME may take: afterwards its headers and its document still need time. */
const READING_SHARE = 0.6;

/** Share for the checks of its sender. */
const AUTH_SHARE = 0.2;

/** Clients and loggers, built once for all invocations. */
export function createHandler(settings: ParserSettings, threads: ReaderThreads, authentication: Authentication) {
  const logger = new Logger({ serviceName: SERVICE });
  const metrics = lambdaMetrics(settings.metricsNamespace, SERVICE);
  const sqs = createSqsClient();
  const deps: EventDeps = {
    ...publishing(settings, sqs, { store: s3ObjectStore(createS3Client()), log: powertoolsLog(logger), metrics }),
    route: mailRouter(settings.routing.routes, settings.routing.tagSeparator),
    routes: settings.routing.routes,
    enrichment: settings.enrichment,
    enrich: new SqsQueue(sqs, settings.enrichQueue),
    events: new SqsQueue(sqs, settings.eventQueue),
    deadLetters: new SqsQueue(sqs, settings.deadLetterQueue),
    read: (source, store, options) => threads.read(source, store, options),
    checkAuthentication: (request) => authentication.check(request),
    maxReceives: settings.maxReceives,
    retryBaseSeconds: settings.retryBaseSeconds,
    now: Date.now,
  };
  return async (event: unknown, context: Context): Promise<SqsBatchResponse> => {
    logger.addContext(context);
    // The data of the first mail's language is read while its bytes are on the way.
    void loadQuickSteps(settings.enrichment);
    const remainingMs = context.getRemainingTimeInMillis();
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const timer = setTimeout(
      () => stop.abort(new TransientError('parser.out_of_time', `no answer within ${remainingMs - RESERVE_MS} ms`)),
      remainingMs - RESERVE_MS,
    );
    try {
      const deadlineMs = Math.min(settings.parseDeadlineMs, READING_SHARE * remainingMs);
      return await handleEvent(deps, event, {
        deadlineMs,
        authDeadlineMs: AUTH_SHARE * remainingMs,
        signal: stop.signal,
      });
    } finally {
      clearTimeout(timer);
      metrics.flush();
    }
  };
}
