import { z } from 'zod';
import type { RouteSettings, RoutingSettings } from '../env/routing-environment.ts';
import { ENRICHMENTS } from '../mail/enrichment-schema.ts';
import { MAIL_KINDS } from '../mail/parsed-mail.ts';
import { QUARANTINE_ROUTE } from '../mail/routes.ts';
import { routeQueueSchema } from './queue.ts';
import type { PipelineConfig } from './schema.ts';
import { MOST_MESSAGE_BYTES } from './smtp.ts';
import { webhookSchema } from './webhook.ts';

/** So that the longest stage and `-dlq` fit into the 80 characters of a queue's name (AWS quota). */
const ROUTE_NAME = /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/;

/** An alarm takes 10 metrics (CloudWatch quota): those of the parsed-mail queue and of each route's. */
const MAX_ROUTES = 9;

const routeSchema = z.strictObject({
  name: z
    .string()
    .regex(ROUTE_NAME, 'write up to 30 lower-case letters, digits and hyphens')
    .refine((name) => name !== 'dlq' && !name.endsWith('-dlq'), 'names with "-dlq" are those of dead-letter queues')
    .describe('Name of the route. Its queue is parsed-mail-<name>, with a dead-letter queue of its own.'),
  recipients: z
    .array(
      z
        .string()
        .max(320)
        .regex(/^[^\s<>,]+$/, 'write an address, a local part, or either with * for any characters'),
    )
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe(
      'Envelope recipients of the route: addresses, or local parts for every domain; * stands for any characters. Recipients that smtp.recipients gives this route belong to it as well. Default: any, or those of smtp.recipients alone when one names the route.',
    ),
  kinds: z
    .array(z.enum(MAIL_KINDS))
    .min(1)
    .nullable()
    .default(null)
    .describe('Kinds of mail that the route takes. Default any.'),
  headers: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[!-9;-~]{1,100}$/, 'write the name of a header field, such as List-Id')
          .describe('Name of a header field, without regard to case.'),
        match: z
          .string()
          .min(1)
          .max(200)
          .describe('Pattern of its value, * for any characters, without regard to case.'),
      }),
    )
    .min(1)
    .max(10)
    .nullable()
    .default(null)
    .describe('Header fields that a mail of the route has, each of them. Default any.'),
  maxMailBytes: z
    .int()
    .min(1024)
    .max(MOST_MESSAGE_BYTES)
    .nullable()
    .default(null)
    .describe(
      'Largest mail that the route takes, bytes. A larger one is a mail of no route, so the parsed-mail queue gets it; above smtp.maxMessageBytes nothing is accepted at all. Default any.',
    ),
  enrichment: z
    .array(z.enum(ENRICHMENTS))
    .nullable()
    .default(null)
    .describe(
      'What mails of the route are enriched with, of what `enrichment` turns on; a mail of several routes gets what one of them wants. Default all of it.',
    ),
  queue: routeQueueSchema,
  webhook: webhookSchema.describe('Posts the mails of the route to a URL. Default none.'),
});

/** `routes` of the configuration. */
export const routesSchema = z
  .array(routeSchema)
  .max(MAX_ROUTES, `list ${MAX_ROUTES} routes at most: one alarm watches all their queues`)
  .default([])
  .describe(
    'Rules that give mails a queue of their own. A mail goes to every route whose conditions it fits, once each; a mail that fits none, or has a recipient in none, goes to the parsed-mail queue. Default none.',
  );

export type RouteConfig = PipelineConfig['routes'][number];

/** What holds for the queue of a route: its own settings over those of `queue`. */
export function queueOfRoute(
  { queue }: Pick<PipelineConfig, 'queue'>,
  { queue: own }: RouteConfig,
): PipelineConfig['queue'] {
  return {
    messageLimitBytes: own.messageLimitBytes ?? queue.messageLimitBytes,
    oversize: queue.oversize,
    visibilityTimeoutSeconds: own.visibilityTimeoutSeconds ?? queue.visibilityTimeoutSeconds,
    retentionSeconds: own.retentionSeconds ?? queue.retentionSeconds,
    maxReceiveCount: own.maxReceiveCount ?? queue.maxReceiveCount,
  };
}

export const hasQuarantine = ({ enrichment }: Pick<PipelineConfig, 'enrichment'>): boolean =>
  enrichment.malware.quarantine;

type Routing = Pick<PipelineConfig, 'queue' | 'routes' | 'enrichment'>;

/** Every queue that parsed mails are put on, with what holds for it. The route is null for mails of no route. */
export function publishedQueues(config: Routing): { route: string | null; queue: PipelineConfig['queue'] }[] {
  return [
    { route: null, queue: config.queue },
    ...config.routes.map((route) => ({ route: route.name, queue: queueOfRoute(config, route) })),
    ...(hasQuarantine(config) ? [{ route: QUARANTINE_ROUTE, queue: config.queue }] : []),
  ];
}

/** The routes as the functions get them. */
export function routingSettings(config: Routing & Pick<PipelineConfig, 'smtp'>): RoutingSettings {
  const givenByEdge = new Set(config.smtp.recipients.map(({ route }) => route));
  return {
    tagSeparator: config.smtp.tagSeparator,
    routes: [
      ...config.routes.map((route) => ({
        name: route.name,
        recipients: route.recipients ?? (givenByEdge.has(route.name) ? [] : null),
        kinds: route.kinds,
        headers: route.headers,
        maxMailBytes: route.maxMailBytes,
        messageLimitBytes: queueOfRoute(config, route).messageLimitBytes,
        enrichment: route.enrichment,
      })),
      ...(hasQuarantine(config) ? [quarantineRoute(config)] : []),
    ],
  };
}

/** A rule that fits no mail: only a verdict leads there. */
const quarantineRoute = ({ queue }: Pick<PipelineConfig, 'queue'>): RouteSettings => ({
  name: QUARANTINE_ROUTE,
  recipients: [],
  kinds: null,
  headers: null,
  maxMailBytes: null,
  messageLimitBytes: queue.messageLimitBytes,
  enrichment: null,
});
