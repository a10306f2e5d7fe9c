import * as z from 'zod/mini';
import { ENRICHMENTS } from '../mail/enrichment-schema.ts';
import { inVariable, settingsCodec } from './codec.ts';

/** A route as the publishing functions need it; `RouteRule` documents its conditions. */
const route = z.object({
  name: z.string(),
  recipients: z.nullable(z.array(z.string())),
  kinds: z.nullable(z.array(z.string())),
  headers: z.nullable(z.array(z.object({ name: z.string(), match: z.string() }))),
  maxMailBytes: z.nullable(z.int()),
  sole: z.optional(z.boolean()),
  /** Maximum size of a message on its queue, bytes. */
  messageLimitBytes: z.int(),
  /** Enrichment steps for its mails, out of those configured; null for all. */
  enrichment: z.nullable(z.array(z.enum(ENRICHMENTS))),
});

/** Which queues a mail goes to, in addition to or instead of the parsed-mail queue. */
const routing = z.object({
  routes: z.array(route),
  /** Separates a mailbox from its tag, as for the edge; null when tags are part of the name. */
  tagSeparator: z.nullable(z.string()),
});

/** Settings of every Lambda that publishes mails. */
export const publishing = z.object({
  contentBucket: z.string(),
  /** URL of the parsed-mail queue. */
  destinationQueue: z.string(),
  /** Maximum size of a message on the queue, bytes. */
  queueMessageLimitBytes: z.int(),
  /** How a larger mail is sent. */
  oversize: inVariable('QUEUE_MESSAGE_OVERSIZE', z.enum(['omit', 'claim-check'])),
  routing,
  /** Name of the EventBridge bus that gets an event for every mail; null for none. */
  eventBus: z.nullable(z.string()),
  /** CloudWatch namespace of the metrics. */
  metricsNamespace: z.string(),
});

/** Settings of the dead-letter Lambda. */
export const deadLetterEnvironment = settingsCodec(
  z.extend(publishing, {
    /** URL of the queue of events, to which events without an attempt are returned. */
    eventQueue: z.string(),
  }),
);

export type PublishingSettings = z.infer<typeof publishing>;
export type RoutingSettings = z.infer<typeof routing>;
export type RouteSettings = z.infer<typeof route>;
