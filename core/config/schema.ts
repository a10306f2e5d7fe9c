import { z } from 'zod';
import { QUEUE_MESSAGE_DEFAULT_BYTES, SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';

const MB = 1024 * 1024;

/** Every field has a description with unit and default; `docs/configuration.md` is generated from them. */
export const configSchema = z.strictObject({
  domains: z
    .array(
      z
        .string()
        .regex(
          /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i,
          'write a domain such as example.com, an internationalised one as its A-label (xn--…)',
        ),
    )
    .default([])
    .describe('Domains to accept mail for, as A-labels. Needed to deploy; local mode accepts every domain when empty.'),
  smtp: z
    .strictObject({
      maxMessageBytes: z
        .int()
        .min(64 * 1024)
        .max(500 * MB)
        .default(40 * MB)
        .describe('Largest mail, bytes. Announced with SIZE; above it 552. Default 40 MiB.'),
    })
    .prefault({})
    .describe('The SMTP edge.'),
  parser: z
    .strictObject({
      memoryMb: z.int().min(256).max(10_240).default(1024).describe('Memory of the parser function, MB. Default 1024.'),
      timeoutSeconds: z
        .int()
        .min(5)
        .max(900)
        .default(30)
        .describe('Timeout of the parser function, seconds. Default 30.'),
    })
    .prefault({})
    .describe('The parser function.'),
  queue: z
    .strictObject({
      messageLimitBytes: z
        .int()
        .min(16 * 1024)
        .max(SQS_MESSAGE_MAX_BYTES, 'SQS carries 1 MiB (1048576) at most; larger mails are read from `document`')
        .default(QUEUE_MESSAGE_DEFAULT_BYTES)
        .describe(
          'Longest parsed-mail message, bytes; above it large fields stay in the document only. Default 256 KiB.',
        ),
    })
    .prefault({})
    .describe('The parsed-mail queue.'),
});

/** What a user writes. */
export type PipelineConfigInput = z.input<typeof configSchema>;
/** What the programs read: every default filled in. */
export type PipelineConfig = z.output<typeof configSchema>;
