import { z } from 'zod';
import { checkTogether } from './checks.ts';
import { enrichmentSchema } from './enrichment.ts';
import { eventsSchema } from './events.ts';
import { fargateSchema, sesSchema, tlsSchema } from './ingress.ts';
import { networkSchema } from './network.ts';
import { alarmsSchema, logsSchema } from './operations.ts';
import { queueSchema } from './queue.ts';
import { AWS_REGIONS } from './regions.ts';
import { routesSchema } from './routes.ts';
import { smtpSchema } from './smtp.ts';
import { storageSchema } from './storage.ts';
import { webhookSchema } from './webhook.ts';

const domain = z
  .string()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i,
    'write a domain such as example.com, an internationalised one as its A-label (xn--…)',
  );

/** Every field has a description with unit and default; `docs/configuration.md` is generated from them. */
export const configSchema = z
  .strictObject({
    domains: z
      .array(domain)
      .max(100, 'list 100 domains at most (SES and the environment of a task hold no more)')
      .optional()
      .describe(
        'Domains to accept mail for, as A-labels. Nothing can be deployed without them; local mode accepts every domain when they are missing. No default.',
      ),
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,11}$/, 'write up to 12 lower-case letters, digits and hyphens, a letter first')
      .default('prod')
      .describe(
        'Name of this deployment. Several stages live side by side in one account; "-c stage=" overrides it. Default "prod".',
      ),
    region: z
      .string()
      .refine(
        (region) => AWS_REGIONS.includes(region),
        'this is no region that this release knows (core/config/regions.ts)',
      )
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
      .describe('AWS account that may be deployed to. Default: the account of your credentials.'),
    ingress: z
      .enum(['fargate', 'ses', 'both'])
      .default('fargate')
      .describe(
        'Door that mail comes through: the SMTP edge on Fargate, Amazon SES, or both. SES is cheaper below about half a million mails a month. Default "fargate".',
      ),
    runtime: z
      .enum(['nodejs20.x', 'nodejs22.x', 'nodejs24.x'])
      .default('nodejs20.x')
      .describe('Runtime of the functions. Default "nodejs20.x"; AWS lets no new function use it from 2027-02-01.'),
    smtp: smtpSchema,
    fargate: fargateSchema,
    network: networkSchema,
    tls: tlsSchema,
    ses: sesSchema,
    parser: z
      .strictObject({
        memoryMb: z
          .int()
          .min(256)
          .max(10_240)
          .default(1024)
          .describe('Memory of the parser function, MB. Default 1024.'),
        timeoutSeconds: z
          .int()
          .min(5)
          .max(900)
          .default(30)
          .describe('Timeout of the parser function, seconds. Default 30.'),
        maxConcurrency: z
          .int()
          .min(2)
          .max(1_000)
          .default(50)
          .describe('Copies of the parser function that run at the same time, at most. Default 50.'),
        dnsServers: z
          .array(
            z
              .string()
              .regex(
                /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$/i,
                'write an IP address, with a port if need be: 192.0.2.1:53',
              ),
          )
          .max(8, 'list 8 servers at most')
          .default([])
          .describe(
            'DNS servers that SPF, DKIM and DMARC ask, addresses with or without a port. Default those of the system.',
          ),
      })
      .prefault({})
      .describe('The parser function.'),
    queue: queueSchema,
    routes: routesSchema,
    events: eventsSchema,
    webhook: webhookSchema.describe(
      'Posts the mails of the parsed-mail queue to a URL, so that nobody else has to consume it. Default none.',
    ),
    enrichment: enrichmentSchema,
    storage: storageSchema,
    encryption: z
      .enum(['aws-managed', 'customer-managed'])
      .default('aws-managed')
      .describe(
        'Keys that buckets and queues are encrypted with: those of S3 and SQS, or two KMS keys of your own ($1 a month each, and requests). Default "aws-managed".',
      ),
    alarms: alarmsSchema,
    logs: logsSchema,
    tracing: z.boolean().default(false).describe('Traces the functions with X-Ray. Default false.'),
    teardown: z
      .enum(['keep', 'remove'])
      .default('keep')
      .describe(
        'What "cdk destroy" does with stored mail: "keep" the buckets and the keys they need, or "remove" everything. Default "keep".',
      ),
  })
  .superRefine(checkTogether);

/** What a user writes. */
export type PipelineConfigInput = z.input<typeof configSchema>;
/** What the programs read: every default filled in. */
export type PipelineConfig = z.output<typeof configSchema>;
