import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';
import { enrichmentSchema } from './enrichment.ts';
import { publishing } from './publishing.ts';

/** What the parser Lambda has to know. */
export const parserEnvironment = settingsCodec(
  z.extend(publishing, {
    /** URL of the queue that the events come from. */
    eventQueue: z.string(),
    /** URL of its dead-letter queue: what no retry can mend goes there at once, with the reason. */
    deadLetterQueue: z.string(),
    /** Attempts at an event. */
    maxAttempts: z.int(),
    /** Seconds to the second attempt; each later one waits four times as long, 15 minutes at most. */
    retryBaseSeconds: z.int(),
    /** URL of the queue of mails that wait for enrichment. */
    enrichQueue: z.string(),
    enrichment: enrichmentSchema,
    /** Milliseconds that reading one mail may take before its document is made from the headers alone. */
    parseDeadlineMs: z.int(),
    /** DNS servers for SPF, DKIM and DMARC, `192.0.2.1` or `192.0.2.1:53`; the system's when empty. */
    dnsServers: z.array(z.string()),
  }),
);

export type ParserSettings = SettingsOf<typeof parserEnvironment>;
