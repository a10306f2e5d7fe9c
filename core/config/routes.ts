import { z } from 'zod';
import { ENRICHMENTS } from '../mail/enrichment-schema.ts';
import { MAIL_KINDS } from '../mail/parsed-mail.ts';
import { routeQueueSchema } from './queue.ts';
import { MOST_MESSAGE_BYTES, recipientPattern } from './smtp.ts';
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
    .array(recipientPattern)
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
  .superRefine((routes, context) => {
    const names = routes.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      const message = 'another route has that name: choose one of its own';
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
  })
  .default([])
  .describe(
    'Rules that give mails a queue of their own. A mail goes to every route whose conditions it fits, once each; a mail that fits none, or has a recipient in none, goes to the parsed-mail queue. Default none.',
  );
