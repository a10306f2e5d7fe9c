import * as z from 'zod/mini';
import { field } from './field.ts';
import { BODY_FIELDS, UNIQUE_FIELDS } from './unique-fields.ts';

const RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror'] as const;

/** A result word (RFC 8601 §2.7). */
const verdict = (description: string) => field(z.enum(RESULTS), description);

const spf = z.object({
  result: verdict('May this server send for the domain (RFC 7208 §2.6)? none for a mail that came without SMTP'),
  domain: field(
    z.nullable(z.string()),
    'Of MAIL FROM; the name in EHLO for the null sender (RFC 7208 §2.4); null without SMTP',
  ),
  detail: field(z.nullable(z.string()), 'Why, for people'),
});

const signature = z.object({
  result: verdict('Does the signature stand (RFC 6376 §3.9)? policy and permerror also for one that does not count'),
  domain: field(z.string(), 'Who signed: the d= tag (RFC 6376 §3.5)'),
  selector: field(z.string(), 'Which of its keys: the s= tag (RFC 6376 §3.5)'),
  aligned: field(z.boolean(), 'The domain is that of From or belongs to the same organisation (RFC 7489 §3.1.1)'),
  signedFields: field(
    z.array(z.enum([...UNIQUE_FIELDS, ...BODY_FIELDS])),
    'Which of the fields that are shown, or decide what the body is shown as, it covers, by their names in lower case (RFC 6376 §5.4); what is missing anybody can have added or changed. Empty unless result is pass',
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
    'What the domain asks for with mails that fail: p=, or sp= for a subdomain (RFC 7489 §6.3)',
  ),
  alignment: field(
    z.object({
      spf: field(z.boolean(), 'SPF passes, for a domain that is aligned with From (RFC 7489 §3.1.2)'),
      dkim: field(z.boolean(), 'A signature passes, of a domain that is aligned with From (RFC 7489 §3.1.1)'),
    }),
    'Which of the two are about the author; as strict as the policy asks',
  ),
});

const arc = z.object({
  result: verdict('Is the chain of those who passed the mail on whole (RFC 8617 §5.2)?'),
  instances: field(z.int(), 'How many sets there are (RFC 8617 §4.2.1)'),
  domain: field(z.nullable(z.string()), 'Who sealed last: d= of the last ARC-Seal (RFC 8617 §4.1.3)'),
});

export const authSchema = z.object({
  spf: field(spf, 'SPF (RFC 7208)'),
  dkim: field(z.array(signature), 'DKIM (RFC 6376), a verdict for each signature'),
  dmarc: field(dmarc, 'DMARC (RFC 7489)'),
  arc: field(arc, 'ARC (RFC 8617)'),
  senderVerified: field(z.boolean(), 'DMARC pass, or aligned DKIM or SPF where the domain has no policy'),
});
