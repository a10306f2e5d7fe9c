import { jsonLog } from '../../core/log/log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { EnrichmentSettings } from '../../core/settings/enrichment.ts';
import type { EnricherDeps } from '../../lambda/enricher/handle-event.ts';
import type { EnrichDeps } from '../../lambda/parser/enrich-mail.ts';
import type { MemoryQueue } from './memory-aws.ts';
import { parsedMail } from './parsed-mail.ts';

interface Parts {
  store: ObjectStore;
  /** The parsed-mail queue. */
  queue: MemoryQueue;
  enrich: MemoryQueue;
  runnerOf: EnricherDeps['runnerOf'];
  enrichment: EnrichmentSettings;
  maxAttempts: number;
  deadLetters: MemoryQueue;
}

const NO_VISIBILITY = { changeVisibility: async () => {} };

/** Dependencies with which parser, enricher and dead-letter function enrich a mail; the clock is fixed at 1970. */
export function enricherDependencies(parts: Parts): EnricherDeps & EnrichDeps {
  return {
    routeQueues: new Map(),
    routes: [],
    bus: null,
    sources: { enrich: NO_VISIBILITY, results: NO_VISIBILITY },
    resultsQueueName: 'enrich-results',
    spend: async () => true,
    contentBucket: parsedMail().document.bucket,
    queueMessageLimitBytes: 256 * 1024,
    oversize: 'omit',
    retryBaseSeconds: 0,
    log: jsonLog('test', () => {}),
    metrics: { add() {} },
    now: () => 0,
    ...parts,
  };
}
