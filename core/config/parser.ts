import { z } from 'zod';
import { whole } from '../mail/field.ts';

const server = z
  .string()
  .regex(
    /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$/i,
    'write an IP address, optionally with a port: 192.0.2.1:53',
  );

/** Bounds are those of Lambda's ProvisionedPollerConfig for SQS. */
const pollers = z
  .strictObject({
    min: z.int().min(2).max(200).describe('Pollers that always run, billed by the hour.'),
    max: z
      .int()
      .min(2)
      .max(2_000)
      .describe('Maximum number of pollers; each runs up to 10 copies of the parser at the same time.'),
  })
  .superRefine(({ min, max }, context) => {
    if (max >= min) return;
    const message = `it has to be parser.provisionedPollers.min (${min}) or more`;
    context.addIssue({ code: 'custom', path: ['max'], message });
  })
  .nullable()
  .default(null)
  .describe(
    "Provisioned pollers for the parser's queue. They scale three times as fast as Lambda's shared pollers, and up to 20,000 concurrent executions; docs/scale.md says when to use them. Default none: the shared pollers, which cost nothing.",
  );

/** `parser` of the configuration. */
export const parserSchema = z
  .strictObject({
    memoryMb: whole({ min: 256, max: 10_240, default: 1024 }, 'Memory of the parser function, MB.'),
    timeoutSeconds: whole({ min: 5, max: 900, default: 30 }, 'Timeout of the parser function, seconds.'),
    maxConcurrency: z
      .int()
      .min(2)
      .max(1_000)
      .nullable()
      .default(null)
      .describe(
        'Maximum concurrent executions of the parser function. Default: as many as the account has, up to the 1,250 that Lambda scales one queue to.',
      ),
    provisionedPollers: pollers,
    dnsServers: z
      .array(server)
      .max(8, 'list 8 servers at most')
      .default([])
      .describe(
        'DNS servers for the lookups of SPF, DKIM and DMARC, addresses with or without a port. Default those of the system.',
      ),
  })
  .superRefine(({ maxConcurrency, provisionedPollers }, context) => {
    if (maxConcurrency === null || provisionedPollers === null) return;
    const message = `Lambda accepts only one of the two: leave out parser.maxConcurrency (${maxConcurrency}); the limit is then provisionedPollers.max times 10`;
    context.addIssue({ code: 'custom', path: ['provisionedPollers'], message });
  })
  .prefault({})
  .describe('The parser function.');
