import { leanS3 } from '../../core/aws/lean/lean-object-store.ts';
import { leanSqs } from '../../core/aws/lean/lean-queue.ts';
import { publishing } from '../../core/aws/publishing.ts';
import { loadInlineSteps } from '../../core/enrich/text/inline-steps.ts';
import { lambdaProgram } from '../../core/lambda/program.ts';
import { mailRouter } from '../../core/mail/routes.ts';
import type { ReaderThreads } from '../../core/reading/reader-threads.ts';
import type { Environment } from '../../core/settings/codec.ts';
import type { ParserSettings } from '../../core/settings/parser.ts';
import type { Authentication } from './authentication/authentication.ts';
import { type EventDeps, handleEvent } from './handle-event.ts';

/** Milliseconds reserved for the answer: unfinished records are returned as `batchItemFailures`. */
const RESERVE_MS = 1_500;

/** Share of an invocation for the MIME of one mail: its headers and its document need the rest. */
const READING_SHARE = 0.6;

/** Share for checking its sender. */
const AUTH_SHARE = 0.2;

/**
 * Clients and loggers, built once for all invocations.
 *
 * @param environment where region, credentials and what Lambda says of itself are
 */
export function createHandler(
  settings: ParserSettings,
  environment: Environment,
  threads: ReaderThreads,
  authentication: Authentication,
) {
  const { log, metrics, handler } = lambdaProgram('parser', settings.metricsNamespace, environment);
  const queueAt = leanSqs(environment);
  const deps: EventDeps = {
    ...publishing(settings, queueAt, { store: leanS3(environment), log, metrics }),
    route: mailRouter(settings.routing.routes, settings.routing.tagSeparator),
    routes: settings.routing.routes,
    enrichment: settings.enrichment,
    enrich: queueAt(settings.enrichQueue),
    events: queueAt(settings.eventQueue),
    deadLetters: queueAt(settings.deadLetterQueue),
    read: (source, store, options) => threads.read(source, store, options),
    checkAuthentication: (request) => authentication.check(request),
    maxAttempts: settings.maxAttempts,
    retryBaseSeconds: settings.retryBaseSeconds,
    now: Date.now,
  };
  return handler(RESERVE_MS, (event, { remainingMs, signal }) => {
    // Loads what the first mail needs after its reading while its bytes are being fetched.
    authentication.warm();
    void loadInlineSteps(settings.enrichment);
    return handleEvent(deps, event, {
      deadlineMs: Math.min(settings.parseDeadlineMs, READING_SHARE * remainingMs),
      authDeadlineMs: AUTH_SHARE * remainingMs,
      signal,
    });
  });
}
