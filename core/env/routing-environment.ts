import * as z from 'zod/mini';
import { ENRICHMENTS, type EnrichmentName } from '../mail/enrichment-schema.ts';
import type { RouteRule } from '../mail/routes.ts';
import { type Environment, EnvReader } from './env.ts';

/** A route as the functions that publish need it. */
export interface RouteSettings extends RouteRule {
  /** Longest message put on its queue, in bytes. */
  messageLimitBytes: number;
  /** What its mails are enriched with, of what is configured; null for all of it. */
  enrichment: readonly EnrichmentName[] | null;
}

/** Which queues a mail goes to beside, or instead of, the parsed-mail queue. */
export interface RoutingSettings {
  routes: readonly RouteSettings[];
  /** What separates a mailbox from its tag, as for the edge; null when tags are part of the name. */
  tagSeparator: string | null;
}

export const NO_ROUTES: RoutingSettings = { routes: [], tagSeparator: null };

const ROUTING = 'ROUTING';

const routingSchema = z.object({
  routes: z.array(
    z.object({
      name: z.string(),
      recipients: z.nullable(z.array(z.string())),
      kinds: z.nullable(z.array(z.string())),
      headers: z.nullable(z.array(z.object({ name: z.string(), match: z.string() }))),
      maxMailBytes: z.nullable(z.int()),
      messageLimitBytes: z.int(),
      enrichment: z.nullable(z.array(z.enum(ENRICHMENTS))),
    }),
  ),
  tagSeparator: z.nullable(z.string()),
});

/** Queue, or its URL, of a route. The names of all queues of routes start with that of the parsed-mail queue. */
export const routeQueue = (parsedMailQueue: string, route: string): string => `${parsedMailQueue}-${route}`;

/** For the environment of any function that publishes. */
export function encodeRouting(settings: RoutingSettings): Record<string, string> {
  return settings.routes.length === 0 ? {} : { [ROUTING]: JSON.stringify(settings) };
}

/** @throws PermanentError naming the variable */
export function decodeRouting(env: Environment): RoutingSettings {
  if (!env[ROUTING]) return NO_ROUTES;
  return new EnvReader(env).json(ROUTING, (value) => routingSchema.parse(value));
}
