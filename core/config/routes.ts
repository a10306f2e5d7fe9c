import { z } from 'zod';
import { ENRICHMENTS } from '../mail/enrichment-schema.ts';
import { MAIL_KINDS } from '../mail/parsed-mail.ts';
import { routeQueueSchema } from './queue.ts';
import { MOST_MESSAGE_BYTES, recipientPattern } from './smtp.ts';
import { webhookSchema } from './webhook.ts';

/** Short enough for a queue name of 80 characters (AWS quota) with the longest stage and `-dlq`. */
const ROUTE_NAME = /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/;

/** An alarm takes 10 metrics (CloudWatch quota): those of the parsed-mail queue and of each route's. */
const MAX_ROUTES = 9;

const routeSchema = z.strictObject({
  name: z
    .string()
    .regex(ROUTE_NAME, 'write up to 30 lower-case letters, digits and hyphens')
    .refine((name) => name !== 'dlq' && !name.endsWith('-dlq'), 'names with "-dlq" are reserved for dead-letter queues')
    .describe('Name of the route. Its queue is parsed-mail-<name>, with a dead-letter queue of its own.'),
  recipients: z
    .array(recipientPattern)
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe(
      'Envelope recipients of the route: addresses, or local parts for every domain; * matches any characters. Recipients that smtp.recipients assigns to this route belong to it as well. Default: any, or only those of smtp.recipients when one names the route.',
    ),
  kinds: z
    .array(z.enum(MAIL_KINDS))
    .min(1)
    .nullable()
    .default(null)
    .describe('Kinds of mail that the route accepts. Default any.'),
  headers: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[!-9;-~]{1,100}$/, 'write the name of a header field, such as List-Id')
          .describe('Name of a header field, case-insensitive.'),
        match: z.string().min(1).max(200).describe('Pattern of its value, case-insensitive; * matches any characters.'),
      }),
    )
    .min(1)
    .max(10)
    .nullable()
    .default(null)
    .describe('Header fields that a mail must have, all of them. Default any.'),
  maxMailBytes: z
    .int()
    .min(1024)
    .max(MOST_MESSAGE_BYTES)
    .nullable()
    .default(null)
    .describe(
      'Largest mail that the route accepts, bytes. A larger one does not match the route, and so goes to the parsed-mail queue; above smtp.maxMessageBytes nothing is accepted at all. Default any.',
    ),
  enrichment: z
    .array(z.enum(ENRICHMENTS))
    .nullable()
    .default(null)
    .describe(
      'Steps for mails of the route, out of those that `enrichment` turns on; a mail of several routes gets the steps of all of them. Default all.',
    ),
  queue: routeQueueSchema,
  webhook: webhookSchema.describe('Posts the mails of the route to a URL. Default none.'),
});

/** `routes` of the configuration. */
export const routesSchema = z
  .array(routeSchema)
  .max(MAX_ROUTES, `list ${MAX_ROUTES} routes at most: one alarm watches all their queues`)
  .superRefine((routes, context) => {
    const names = routes.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      const message = 'another route has this name: choose a unique one';
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
  })
  .default([])
  .describe(
    'Rules that send mails to queues of their own. A mail goes once to every route whose conditions it meets; a mail that matches no route, or has a recipient that matches none, goes to the parsed-mail queue. Default none.',
  );
