import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';
import { enrichmentSchema } from './enrichment.ts';
import { publishing } from './publishing.ts';

/** Settings of the parser Lambda. */
export const parserEnvironment = settingsCodec(
  z.extend(publishing, {
    /** URL of the queue of events. */
    eventQueue: z.string(),
    /** URL of its dead-letter queue: permanent failures go there at once, with the reason. */
    deadLetterQueue: z.string(),
    /** Maximum attempts at an event. */
    maxAttempts: z.int(),
    /** Delay before the second attempt, seconds; each later delay is four times as long, at most 15 minutes. */
    retryBaseSeconds: z.int(),
    /** URL of the queue of mails that wait for enrichment. */
    enrichQueue: z.string(),
    enrichment: enrichmentSchema,
    /** Maximum milliseconds to read one mail; after that its document is made from the headers alone. */
    parseDeadlineMs: z.int(),
    /** DNS servers for SPF, DKIM and DMARC, `192.0.2.1` or `192.0.2.1:53`; the system's when empty. */
    dnsServers: z.array(z.string()),
  }),
);

export type ParserSettings = SettingsOf<typeof parserEnvironment>;
