import * as z from 'zod/mini';
import { ENRICHMENTS } from '../mail/enrichment-schema.ts';
import { inVariable, type SettingsOf, settingsCodec } from './codec.ts';

/** A route as the functions that publish need it; `RouteRule` says what its conditions mean. */
const route = z.object({
  name: z.string(),
  recipients: z.nullable(z.array(z.string())),
  kinds: z.nullable(z.array(z.string())),
  headers: z.nullable(z.array(z.object({ name: z.string(), match: z.string() }))),
  maxMailBytes: z.nullable(z.int()),
  sole: z.optional(z.boolean()),
  /** Longest message put on its queue, in bytes. */
  messageLimitBytes: z.int(),
  /** What its mails are enriched with, of what is configured; null for all of it. */
  enrichment: z.nullable(z.array(z.enum(ENRICHMENTS))),
});

/** Which queues a mail goes to beside, or instead of, the parsed-mail queue. */
const routing = z.object({
  routes: z.array(route),
  /** What separates a mailbox from its tag, as for the edge; null when tags are part of the name. */
  tagSeparator: z.nullable(z.string()),
});

/** What every Lambda that sends mails has to know. */
export const publishing = z.object({
  contentBucket: z.string(),
  /** URL of the parsed-mail queue. */
  destinationQueue: z.string(),
  /** Longest message put on the queue, in bytes. */
  queueMessageLimitBytes: z.int(),
  /** What a mail longer than that becomes. */
  oversize: inVariable('QUEUE_MESSAGE_OVERSIZE', z.enum(['omit', 'claim-check'])),
  routing,
  /** Name of the EventBridge bus that is told of every mail; null for none. */
  eventBus: z.nullable(z.string()),
  /** CloudWatch namespace of the metrics. */
  metricsNamespace: z.string(),
});

/** What the dead-letter Lambda has to know. */
export const deadLetterEnvironment = settingsCodec(
  z.extend(publishing, {
    /** URL of the queue of events: what was never tried goes back there. */
    eventQueue: z.string(),
  }),
);

export type DeadLetterSettings = SettingsOf<typeof deadLetterEnvironment>;

export type PublishingSettings = z.infer<typeof publishing>;
export type RoutingSettings = z.infer<typeof routing>;
export type RouteSettings = z.infer<typeof route>;
