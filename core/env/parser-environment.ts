import { decodeEnrichment, type EnrichmentSettings, encodeEnrichment } from './enrichment-environment.ts';
import { type Environment, EnvReader } from './env.ts';
import { decodePublishing, encodePublishing, type PublishingSettings } from './publishing-environment.ts';

/** Set by Lambda itself, and by the local runtime. */
const MEMORY_SIZE = 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE';

/** What the parser Lambda needs to know. Encoded by `lib` and `local`, decoded by the handler: names stand here once. */
export interface ParserSettings extends PublishingSettings {
  /** URL of the queue that the events come from. */
  eventQueue: string;
  /** URL of its dead-letter queue: what no retry can mend goes there at once, with the reason. */
  deadLetterQueue: string;
  /** `maxReceiveCount` of the event queue. */
  maxReceives: number;
  /** Seconds to the second attempt; each later one waits four times as long, 15 minutes at most. */
  retryBaseSeconds: number;
  /** URL of the queue of mails that wait for enrichment. */
  enrichQueue: string;
  enrichment: EnrichmentSettings;
  /** Milliseconds that reading one mail may take before its document is made from the headers alone. */
  parseDeadlineMs: number;
  /** DNS servers for SPF, DKIM and DMARC, `192.0.2.1` or `192.0.2.1:53`; the system's when empty. */
  dnsServers: string[];
}

/** What the parser knows beside that: Lambda tells it. */
export interface ParserRuntimeSettings extends ParserSettings {
  /** Memory of the function, MB. */
  memoryMb: number;
}

export function encodeParserEnvironment(settings: ParserSettings): Record<string, string> {
  return {
    ...encodePublishing(settings),
    EVENT_QUEUE: settings.eventQueue,
    DEAD_LETTER_QUEUE: settings.deadLetterQueue,
    MAX_RECEIVES: String(settings.maxReceives),
    RETRY_BASE_SECONDS: String(settings.retryBaseSeconds),
    ENRICH_QUEUE: settings.enrichQueue,
    ...encodeEnrichment(settings.enrichment),
    PARSE_DEADLINE_MS: String(settings.parseDeadlineMs),
    DNS_SERVERS: settings.dnsServers.join(','),
  };
}

/** @throws PermanentError naming the variable */
export function decodeParserEnvironment(env: Environment): ParserRuntimeSettings {
  const read = new EnvReader(env);
  return {
    ...decodePublishing(env),
    eventQueue: read.string('EVENT_QUEUE'),
    deadLetterQueue: read.string('DEAD_LETTER_QUEUE'),
    maxReceives: read.integer('MAX_RECEIVES', { min: 1, max: 1_000, default: 5 }),
    retryBaseSeconds: read.integer('RETRY_BASE_SECONDS', { min: 0, max: 900, default: 15 }),
    enrichQueue: read.string('ENRICH_QUEUE'),
    enrichment: decodeEnrichment(env),
    parseDeadlineMs: read.integer('PARSE_DEADLINE_MS', { min: 100, max: 900_000, default: 20_000 }),
    dnsServers: (read.optionalString('DNS_SERVERS') ?? '').split(',').filter(Boolean),
    memoryMb: read.integer(MEMORY_SIZE, { min: 128, max: 10_240, default: 1024 }),
  };
}
