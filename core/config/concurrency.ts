import { configuredWebhooks } from './published-queues.ts';
import type { PipelineConfig } from './schema.ts';

/** Maximum concurrent requests to one receiver. */
export const WEBHOOK_MAX_CONCURRENCY = 10;
/** For each of the queues that the dead-letter function reads. */
export const DEAD_LETTER_MAX_CONCURRENCY = 2;
const DEAD_LETTER_QUEUES = 3;
const ENRICHER_QUEUES = 2;
/** Both of its schedules may run at the same time. */
const RECONCILER = 2;
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

/** Maximum concurrent executions of the parser, as far as the configuration and its queue decide. */
export function parserConcurrency({ parser }: Pick<PipelineConfig, 'parser'>): number {
  const { maxConcurrency, provisionedPollers } = parser;
  if (provisionedPollers !== null) return provisionedPollers.max * POLLER_CONCURRENCY;
  return maxConcurrency ?? QUEUE_MAX_CONCURRENCY;
}

/**
 * Maximum concurrent executions of all functions under a configuration. A lower account quota loses nothing: mails wait
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
 * Null when the default account quota suffices, or when the configuration sets no maximum: the parser then uses what the
 * account has.
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
  return `The functions may reach ${most} concurrent executions, and an account has ${ACCOUNT_CONCURRENCY} by default. Lower ${setting}, or request an increase of the Lambda quota "Concurrent executions".`;
}
