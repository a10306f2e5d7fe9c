import { z } from 'zod';
import { whole } from '../mail/field.ts';

const server = z
  .string()
  .regex(
    /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$/i,
    'write an IP address, with a port if need be: 192.0.2.1:53',
  );

/** `parser` of the configuration. */
export const parserSchema = z
  .strictObject({
    memoryMb: whole({ min: 256, max: 10_240, default: 1024 }, 'Memory of the parser function, MB.'),
    timeoutSeconds: whole({ min: 5, max: 900, default: 30 }, 'Timeout of the parser function, seconds.'),
    maxConcurrency: whole(
      { min: 2, max: 1_000, default: 50 },
      'Copies of the parser function that run at the same time, at most.',
    ),
    dnsServers: z
      .array(server)
      .max(8, 'list 8 servers at most')
      .default([])
      .describe(
        'DNS servers that SPF, DKIM and DMARC ask, addresses with or without a port. Default those of the system.',
      ),
  })
  .prefault({})
  .describe('The parser function.');
