import { CLAIM_CHECK_SIZE_ATTRIBUTE, claimCheckBody } from './claim-check.ts';
import { EVENT_SOURCE, MAIL_PARSED } from './mail-parsed-event.ts';
import { MAIL_KINDS, PARSED_MAIL_SCHEMA_ID } from './parsed-mail.ts';
import { REPOSITORY } from './schema-url.ts';
import { VERSION } from './version.ts';

const QUEUE_VARIABLES = { region: { description: 'Region of the deployment', default: 'us-east-1' } };

/** Attributes of every message; routes and recipient domains are there when the mail has one. */
const ATTRIBUTES = {
  type: 'object',
  required: ['schema', 'kind'],
  properties: {
    schema: { type: 'string', const: PARSED_MAIL_SCHEMA_ID },
    kind: { type: 'string', enum: [...MAIL_KINDS] },
    route: { type: 'string', description: 'The route whose queue the message is on; absent on the parsed-mail queue' },
    recipientDomain: { type: 'string', description: 'Domain of the first recipient, lower case' },
  },
};

const MESSAGES = {
  parsedMail: {
    name: 'parsedMail',
    title: 'Parsed mail',
    summary:
      'One mail. At least once: deduplicate on dedupKey and revision. Every text in it was written by a stranger.',
    contentType: 'application/json',
    headers: ATTRIBUTES,
    payload: { $ref: './parsed-mail-v1.json' },
  },
  claimCheck: {
    name: 'claimCheck',
    title: 'Pointer at a parsed mail',
    summary:
      "With queue.oversize 'claim-check', in the place of a mail longer than queue.messageLimitBytes: what Amazon's extended client libraries follow.",
    contentType: 'application/json',
    headers: {
      ...ATTRIBUTES,
      required: [...ATTRIBUTES.required, CLAIM_CHECK_SIZE_ATTRIBUTE],
      properties: {
        ...ATTRIBUTES.properties,
        [CLAIM_CHECK_SIZE_ATTRIBUTE]: { type: 'integer', description: 'Bytes of the document' },
      },
    },
    payload: { type: 'array', minItems: 2, maxItems: 2 },
    examples: [
      { payload: JSON.parse(claimCheckBody({ bucket: 'mail-content', key: 'parsed/2026/11/22/10/01KAK3M2.json' })) },
    ],
  },
  mailParsed: {
    name: 'mailParsed',
    title: `Event "${MAIL_PARSED}"`,
    summary:
      'A mail is on all of its queues. At least once, in any order; detail.cloudEvent is the same as a CloudEvent.',
    contentType: 'application/json',
    payload: {
      type: 'object',
      required: ['source', 'detail-type', 'detail'],
      properties: {
        source: { type: 'string', const: EVENT_SOURCE },
        'detail-type': { type: 'string', const: MAIL_PARSED },
        detail: { $ref: './mail-parsed-v1.json' },
      },
    },
  },
} as const;

const messages = (...names: (keyof typeof MESSAGES)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));

const queue = (address: string, description: string, parameters?: object) => ({
  address,
  description: `${description} In a deployment of its own stacks the name is mail-pipeline-<stage>-${address}.`,
  servers: [{ $ref: '#/servers/sqs' }, { $ref: '#/servers/local' }],
  messages: messages('parsedMail', 'claimCheck'),
  ...(parameters === undefined ? {} : { parameters }),
});

const ROUTE = { route: { description: 'Name of a route in pipeline.config.ts, or "quarantine"' } };

const CHANNELS = {
  parsedMail: queue('parsed-mail', 'Mails that no route takes; without routes, every mail.'),
  parsedMailDeadLetters: queue('parsed-mail-dlq', 'Messages that the consumer of parsed-mail failed on, as they were.'),
  route: queue('parsed-mail-{route}', 'Mails of a route.', ROUTE),
  routeDeadLetters: queue('parsed-mail-{route}-dlq', 'Messages that the consumer of a route failed on.', ROUTE),
  bus: {
    address: '{bus}',
    description: 'An EventBridge bus, with events.busName. Local mode writes the events to log/events.jsonl instead.',
    servers: [{ $ref: '#/servers/eventbridge' }],
    messages: messages('mailParsed'),
    parameters: { bus: { description: 'events.busName of pipeline.config.ts', default: 'default' } },
  },
};

const operation = (channel: string, summary: string, action = 'send') => ({
  action,
  channel: { $ref: `#/channels/${channel}` },
  summary,
});

/**
 * The queues and the event as an AsyncAPI 3.0.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0),
 * from the point of view of the pipeline: it sends, consumers receive. Payloads are the JSON Schemas beside it.
 */
export function asyncApi(): Record<string, unknown> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'mail-pipeline',
      version: VERSION,
      description:
        'One JSON document for each mail on SQS, and an event for each on EventBridge. Written by npm run docs.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      externalDocs: { url: REPOSITORY },
    },
    defaultContentType: 'application/json',
    servers: {
      sqs: { host: 'sqs.{region}.amazonaws.com', protocol: 'sqs', variables: QUEUE_VARIABLES },
      eventbridge: { host: 'events.{region}.amazonaws.com', protocol: 'eventbridge', variables: QUEUE_VARIABLES },
      local: { host: '127.0.0.1:4566', protocol: 'sqs', description: 'npm start; account 000000000000' },
    },
    channels: CHANNELS,
    operations: {
      publishMail: operation('parsedMail', 'A mail was parsed, and enriched as far as its deadline allows.'),
      publishMailOfRoute: operation('route', 'The same, for each route that takes the mail.'),
      tellBus: operation('bus', 'The mail is on all of its queues.'),
    },
    components: { messages: MESSAGES },
  };
}
