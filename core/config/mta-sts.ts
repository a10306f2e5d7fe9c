import { z } from 'zod';
import { whole } from '../mail/field.ts';

/** Defaults of a policy: senders report failures and deliver anyway (RFC 8461 §5). */
export const MTA_STS_DEFAULTS = { mode: 'testing', maxAgeSeconds: 604_800 } as const;

/** `mtaSts` of the configuration: a policy that makes senders insist on TLS (RFC 8461). */
export const mtaStsSchema = z
  .strictObject({
    mode: z
      .enum(['testing', 'enforce', 'none'])
      .default(MTA_STS_DEFAULTS.mode)
      .describe(
        'What senders do when TLS or the certificate fails: "testing" delivers and reports, "enforce" does not deliver, "none" withdraws an earlier policy (RFC 8461 §8.3). Default "testing".',
      ),
    maxAgeSeconds: whole(
      // RFC 8461 §3.2 allows a year at most. Less than a day would not protect against a sender's rarer mails.
      { min: 86_400, max: 31_557_600, default: MTA_STS_DEFAULTS.maxAgeSeconds },
      'Seconds that senders cache the policy. They apply it for that long after it is removed.',
    ),
  })
  .nullable()
  .default(null)
  .describe(
    'Serves an MTA-STS policy for every domain, through CloudFront. Needs a publicly trusted certificate for fargate.hostname, or ingress "ses". Default none.',
  );
