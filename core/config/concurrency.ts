import { configuredWebhooks } from './published-queues.ts';
import type { PipelineConfig } from './schema.ts';

/** Requests to one receiver at the same time, at most. */
export const WEBHOOK_MAX_CONCURRENCY = 10;
/** For each of the queues that the dead-letter function reads. */
export const DEAD_LETTER_MAX_CONCURRENCY = 2;
const DEAD_LETTER_QUEUES = 3;
const ENRICHER_QUEUES = 2;
const RECONCILER = 1;
const CERTIFICATE = 1;
const CANARY = 1;

/** Concurrent executions of an account in a region (AWS quota, default). New accounts may have 10. */
const ACCOUNT_CONCURRENCY = 1_000;

/**
 * Concurrent invocations to which Lambda scales the pollers of one standard queue:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export const QUEUE_MAX_CONCURRENCY = 1_250;
/** Concurrent invocations of one provisioned poller: the same page. */
export const POLLER_CONCURRENCY = 10;

/** As many copies of the parser as may run at the same time, as far as the configuration and its queue decide. */
export function parserConcurrency({ parser }: Pick<PipelineConfig, 'parser'>): number {
  const { maxConcurrency, provisionedPollers } = parser;
  if (provisionedPollers !== null) return provisionedPollers.max * POLLER_CONCURRENCY;
  return maxConcurrency ?? QUEUE_MAX_CONCURRENCY;
}

/**
 * As many functions as a configuration may have run at the same time. An account that has less loses nothing: mails wait
 * in their queues.
 */
export function mostConcurrency(config: PipelineConfig): number {
  return (
    parserConcurrency(config) +
    ENRICHER_QUEUES * config.enrichment.maxConcurrency +
    DEAD_LETTER_QUEUES * DEAD_LETTER_MAX_CONCURRENCY +
    configuredWebhooks(config).length * WEBHOOK_MAX_CONCURRENCY +
    RECONCILER +
    (config.ingress !== 'ses' && config.tls.acm ? CERTIFICATE : 0) +
    (config.canary === null ? 0 : CANARY)
  );
}

/**
 * Null while the account's default quota is enough, or nobody asked for more: without a number of its own the parser
 * takes what the account has.
 */
export function concurrencyNotice(config: PipelineConfig): string | null {
  const { maxConcurrency, provisionedPollers } = config.parser;
  if (maxConcurrency === null && provisionedPollers === null) return null;
  const most = mostConcurrency(config);
  if (most <= ACCOUNT_CONCURRENCY) return null;
  const setting =
    provisionedPollers === null
      ? `parser.maxConcurrency (${maxConcurrency})`
      : `parser.provisionedPollers.max (${provisionedPollers.max}, ${POLLER_CONCURRENCY} copies each)`;
  return `The functions may run ${most} at a time, and an account runs ${ACCOUNT_CONCURRENCY} by default. Lower ${setting}, or have the quota "Concurrent executions" of Lambda raised.`;
}
