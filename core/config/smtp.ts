import { z } from 'zod';
import { flag, whole } from '../mail/field.ts';
import { forEachSmtpLimit } from '../mail/smtp-limits.ts';

const MB = 1024 * 1024;

/** The largest mail that can be configured, bytes. */
export const MOST_MESSAGE_BYTES = 500 * MB;

/** Pattern of recipients: an address, or a local part for every domain. */
export const recipientPattern = z
  .string()
  .max(320)
  .regex(/^[^\s<>,]+$/, 'write an address, a local part, or either with * for any characters');

const limitsSchema = z.strictObject(forEachSmtpLimit((limit) => whole(limit, `${limit.means}.`)));

const recipientRule = z.strictObject({
  match: recipientPattern.describe(
    'An address such as info@example.com, or a local part such as info for every domain. * matches any characters: *@example.com catches all.',
  ),
  route: z
    .string()
    .nullable()
    .default(null)
    .describe('Name of a route in `routes` that receives mails to these recipients. Default none.'),
});

/** `smtp` of the configuration: the SMTP edge. */
export const smtpSchema = z
  .strictObject({
    maxMessageBytes: whole(
      { min: 64 * 1024, max: MOST_MESSAGE_BYTES, default: 40 * MB },
      'Largest mail, bytes. Announced with SIZE; a larger one gets 552.',
      '40 MiB',
    ),
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
      .describe('Separates a mailbox from its tag: info+tag@ is treated as info@. null turns tags off. Default "+".'),
    recipientHook: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe(
            'URL to request with ?recipient=…&sender=… appended. 200 accepts, 404 refuses, anything else means 451.',
          ),
        deadlineMs: whole(
          { min: 50, max: 30_000, default: 2_000 },
          'Milliseconds to wait before the edge answers 451.',
        ),
        cacheSeconds: whole(
          { min: 0, max: 3_600, default: 60 },
          'Seconds to cache 200 and 404 for the same recipient and sender; 0 turns the cache off.',
        ),
      })
      .nullable()
      .default(null)
      .describe('HTTP service that knows the recipients. Default none.'),
    dataHook: z
      .strictObject({
        provider: z
          .enum(['http', 'rspamd'])
          .default('http')
          .describe(
            '"http" posts JSON about each mail, "rspamd" posts each mail to a server of rspamd (docs/smtp-hooks.md). Default "http".',
          ),
        url: z
          .url({ protocol: /^https?$/ })
          .describe('URL to post to; for rspamd only scheme, host and port, such as http://rspamd.internal:11333.'),
        deadlineMs: whole({ min: 50, max: 60_000, default: 5_000 }, 'Milliseconds to wait before onFailure applies.'),
        onFailure: z
          .enum(['accept', 'defer'])
          .default('accept')
          .describe(
            'What happens to a mail when the service fails or is late: "accept" takes it, and the document says so; "defer" answers 451. Default "accept".',
          ),
      })
      .nullable()
      .default(null)
      .describe('HTTP service that accepts, refuses, defers or tags each mail at the end of DATA. Default none.'),
    rejectSpfFail: flag(
      false,
      "Answers 550 5.7.23 when the SPF record of the sender's domain forbids the client. Also refuses mail that was forwarded without a rewritten sender.",
    ),
    bareNewlines: z
      .enum(['normalize', 'reject', 'preserve'])
      .default('normalize')
      .describe(
        'LF without CR in a mail: "normalize" turns it into CRLF, "reject" refuses the mail with 521 5.6.0, as it does for a bare CR, "preserve" keeps every byte. The first two refuse a line end that another server could take for the end of the mail. Default "normalize".',
      ),
    lenientPaths: z
      .boolean()
      .default(true)
      .describe(
        'Accepts MAIL FROM:a@b.example and RCPT TO:a@b.example without angle brackets, as printers and scripts send them. Default true.',
      ),
    dnsblZones: z
      .array(z.string().min(3).max(200))
      .max(5)
      .default([])
      .describe('DNS block lists to query for each client; a listed one gets 554 5.7.1. Default none.'),
    proxyProtocolFrom: z
      .array(
        z.union(
          [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
          'write an address or a block such as 10.0.0.0/8 or 2001:db8::/32',
        ),
      )
      .max(50)
      .default([])
      .describe(
        'Addresses and CIDR blocks of proxies that begin each connection with a PROXY header, version 1 or 2, which names the client. A proxy that sends none gets 421, and so does anybody else who sends one. Default none.',
      ),
    limits: limitsSchema.prefault({}).describe('Limits of one task.'),
  })
  .prefault({})
  .describe('The SMTP edge.');
