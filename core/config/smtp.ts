import { z } from 'zod';
import { forEachSmtpLimit } from '../mail/smtp-limits.ts';

const MB = 1024 * 1024;

/** The largest mail that can be configured, bytes. */
export const MOST_MESSAGE_BYTES = 500 * MB;

/** Each a whole number inside the bounds of its limit, described by it. */
const limitsSchema = z.strictObject(
  forEachSmtpLimit(({ min, max, default: fallback, means }) =>
    z
      .int()
      .min(min)
      .max(max)
      .default(fallback)
      .describe(`${means}. Default ${fallback.toLocaleString('en')}.`),
  ),
);

const recipientRule = z.strictObject({
  match: z
    .string()
    .min(1)
    .max(320)
    .regex(/^[^\s<>,]+$/, 'write an address, a local part, or either with * for any characters')
    .describe(
      'An address such as info@example.com, or a local part such as info for every domain. * stands for any characters: *@example.com catches all.',
    ),
  route: z
    .string()
    .nullable()
    .default(null)
    .describe('Name of a route of `routes`: it takes mails to such recipients. Default none.'),
});

/** `smtp` of the configuration: the SMTP edge. */
export const smtpSchema = z
  .strictObject({
    maxMessageBytes: z
      .int()
      .min(64 * 1024)
      .max(MOST_MESSAGE_BYTES)
      .default(40 * MB)
      .describe('Largest mail, bytes. Announced with SIZE; above it 552. Default 40 MiB.'),
    recipients: z
      .array(recipientRule)
      .max(500, 'list 500 recipients at most here; use recipientHook for more')
      .default([])
      .describe('Recipients that exist, first match wins. Default every recipient of the domains.'),
    tagSeparator: z
      .string()
      .length(1)
      .nullable()
      .default('+')
      .describe(
        'What separates a mailbox from its tag: info+tag@ is read as info@. null switches tags off. Default "+".',
      ),
    recipientHook: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe('Asked with ?recipient=…&sender=… appended. 200 accepts, 404 refuses, anything else is 451.'),
        deadlineMs: z.int().min(50).max(30_000).default(2_000).describe('Milliseconds before 451. Default 2,000.'),
      })
      .nullable()
      .default(null)
      .describe('HTTP service that knows the recipients. Default none.'),
    bareNewlines: z
      .enum(['reject', 'preserve'])
      .default('reject')
      .describe('Mails with CR or LF alone: "reject" with 550 5.6.0, or "preserve" the bytes. Default "reject".'),
    dnsblZones: z
      .array(z.string().min(3).max(200))
      .max(5)
      .default([])
      .describe('DNS block lists asked about each client; a listed one gets 554 5.7.1. Default none.'),
    limits: limitsSchema.prefault({}).describe('Limits of one task.'),
  })
  .prefault({})
  .describe('The SMTP edge.');
