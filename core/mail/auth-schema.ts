import * as z from 'zod/mini';
import { field } from './field.ts';
import { BODY_FIELDS, UNIQUE_FIELDS } from './unique-fields.ts';

const RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror'] as const;

/** A result word (RFC 8601 §2.7). */
const verdict = (description: string) => field(z.enum(RESULTS), description);

const spf = z.object({
  result: verdict(
    'Whether this server may send for the domain (RFC 7208 §2.6); none for a mail that came without SMTP',
  ),
  domain: field(
    z.nullable(z.string()),
    'Of MAIL FROM; the name in EHLO for the null sender (RFC 7208 §2.4); null without SMTP',
  ),
  detail: field(z.nullable(z.string()), 'Explanation for people'),
});

const signature = z.object({
  result: verdict(
    'Whether the signature verifies (RFC 6376 §3.9); policy and permerror also for one that does not count',
  ),
  domain: field(z.string(), 'The signing domain: the d= tag (RFC 6376 §3.5)'),
  selector: field(z.string(), 'The selector of its key: the s= tag (RFC 6376 §3.5)'),
  aligned: field(z.boolean(), 'The domain is that of From, or belongs to the same organisation (RFC 7489 §3.1.1)'),
  signedFields: field(
    z.array(z.enum([...UNIQUE_FIELDS, ...BODY_FIELDS])),
    'Names, in lower case, of the fields that it covers, among those that a mail shows or that decide how the body is shown (RFC 6376 §5.4). Anybody can have added or changed a field that is not listed. Empty unless result is pass',
  ),
  detail: field(z.nullable(z.string()), 'Why it does not pass, for people'),
});

const dmarc = z.object({
  result: verdict(
    'pass when SPF or DKIM passes and is aligned (RFC 7489 §4.2); none without a policy; permerror without one author',
  ),
  domain: field(z.nullable(z.string()), 'Organisational domain of From (RFC 7489 §3.2)'),
  policy: field(
    z.nullable(z.enum(['none', 'quarantine', 'reject'])),
    'What the domain requests for mails that fail: p=, or sp= for a subdomain (RFC 7489 §6.3)',
  ),
  alignment: field(
    z.object({
      spf: field(z.boolean(), 'SPF passes, for a domain that is aligned with From (RFC 7489 §3.1.2)'),
      dkim: field(z.boolean(), 'A signature passes, of a domain that is aligned with From (RFC 7489 §3.1.1)'),
    }),
    'Which of the two identify the author; as strict as the policy requests',
  ),
});

const arc = z.object({
  result: verdict('Whether the chain of forwarders is unbroken (RFC 8617 §5.2)'),
  instances: field(z.int(), 'Number of ARC sets (RFC 8617 §4.2.1)'),
  domain: field(z.nullable(z.string()), 'The last sealer: d= of the last ARC-Seal (RFC 8617 §4.1.3)'),
});

export const authSchema = z.object({
  spf: field(spf, 'SPF (RFC 7208)'),
  dkim: field(z.array(signature), 'DKIM (RFC 6376), a verdict for each signature'),
  dmarc: field(dmarc, 'DMARC (RFC 7489)'),
  arc: field(arc, 'ARC (RFC 8617)'),
  senderVerified: field(z.boolean(), 'DMARC pass, or aligned DKIM or SPF where the domain has no policy'),
});
