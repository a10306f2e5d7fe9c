import { ENRICHER_MAX_CONCURRENCY } from './functions.ts';
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

/** Concurrent executions of an account in a region (AWS quota, default). New accounts may have 10. */
const ACCOUNT_CONCURRENCY = 1_000;

/** As many functions as a configuration may have run at the same time. */
export function mostConcurrency(config: PipelineConfig): number {
  return (
    config.parser.maxConcurrency +
    ENRICHER_QUEUES * ENRICHER_MAX_CONCURRENCY +
    DEAD_LETTER_QUEUES * DEAD_LETTER_MAX_CONCURRENCY +
    configuredWebhooks(config).length * WEBHOOK_MAX_CONCURRENCY +
    RECONCILER +
    (config.ingress !== 'ses' && config.tls.acm ? CERTIFICATE : 0)
  );
}

/** Null while the account's default quota is enough. */
export function concurrencyNotice(config: PipelineConfig): string | null {
  const most = mostConcurrency(config);
  if (most <= ACCOUNT_CONCURRENCY) return null;
  return `The functions may run ${most} at a time, and an account runs ${ACCOUNT_CONCURRENCY} by default. Lower parser.maxConcurrency (${config.parser.maxConcurrency}), or have the quota "Concurrent executions" of Lambda raised.`;
}
