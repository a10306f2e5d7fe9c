import { z } from 'zod';
import { flag } from '../mail/field.ts';
import { canarySchema } from './canary.ts';
import { domainsSchema } from './domains.ts';
import { enrichmentSchema } from './enrichment.ts';
import { eventsSchema } from './events.ts';
import { hostedZonesSchema } from './hosted-zones.ts';
import { fargateSchema, sesSchema, tlsSchema } from './ingress.ts';
import { mtaStsSchema } from './mta-sts.ts';
import { networkSchema } from './network.ts';
import { alarmsSchema, logsSchema } from './operations.ts';
import { parserSchema } from './parser.ts';
import { profileSchema } from './profile.ts';
import { queueSchema } from './queue.ts';
import { AWS_REGIONS } from './regions.ts';
import { routesSchema } from './routes.ts';
import { smtpSchema } from './smtp.ts';
import { storageSchema } from './storage.ts';
import { webhookSchema } from './webhook.ts';

/** Every field has a description with unit and default; `docs/configuration.md` is generated from them. */
export const configSchema = z.strictObject({
  domains: domainsSchema,
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,11}$/, 'write up to 12 lower-case letters, digits and hyphens, beginning with a letter')
    .default('prod')
    .describe(
      'Name of this deployment. One account can hold several stages; "-c stage=" overrides it. Default "prod".',
    ),
  profile: profileSchema,
  region: z
    .string()
    .refine((region) => AWS_REGIONS.includes(region), 'this release does not know this region (core/config/regions.ts)')
    .nullable()
    .default(null)
    .describe(
      'AWS region. Default: the region of your credentials. Needed with ingress "ses" and "both", and with Amazon Comprehend.',
    ),
  account: z
    .string()
    .regex(/^\d{12}$/, 'write the twelve digits of the account, in quotes')
    .nullable()
    .default(null)
    .describe('AWS account to deploy to. Default: the account of your credentials.'),
  ingress: z
    .enum(['fargate', 'ses', 'both'])
    .default('fargate')
    .describe(
      'How mail comes in: through the SMTP edge on Fargate, through Amazon SES, or both. SES is cheaper below about half a million mails a month. Default "fargate".',
    ),
  runtime: z
    .enum(['nodejs20.x', 'nodejs22.x', 'nodejs24.x'])
    .default('nodejs20.x')
    .describe('Runtime of the functions. Default "nodejs20.x", which AWS blocks for new functions from 2027-02-01.'),
  smtp: smtpSchema,
  fargate: fargateSchema,
  network: networkSchema,
  tls: tlsSchema,
  mtaSts: mtaStsSchema,
  hostedZones: hostedZonesSchema,
  ses: sesSchema,
  parser: parserSchema,
  queue: queueSchema,
  routes: routesSchema,
  events: eventsSchema,
  webhook: webhookSchema.describe(
    'Posts the mails of the parsed-mail queue to a URL, so that you need no consumer. Default none.',
  ),
  enrichment: enrichmentSchema,
  storage: storageSchema,
  encryption: z
    .enum(['aws-managed', 'customer-managed'])
    .default('aws-managed')
    .describe(
      'Keys that encrypt buckets and queues: those of S3 and SQS, or two KMS keys of your own ($1 a month each, plus requests). Default "aws-managed".',
    ),
  canary: canarySchema,
  alarms: alarmsSchema,
  logs: logsSchema,
  tracing: flag(false, 'Traces the functions with X-Ray.'),
  teardown: z
    .enum(['keep', 'remove'])
    .default('keep')
    .describe(
      'What "cdk destroy" does with stored mail: "keep" the buckets and the keys they need, or "remove" everything. Default "keep".',
    ),
});

/** What a user writes. */
export type PipelineConfigInput = z.input<typeof configSchema>;
/** What the programs read: every default filled in. */
export type PipelineConfig = z.output<typeof configSchema>;
