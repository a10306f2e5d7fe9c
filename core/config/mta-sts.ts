import { z } from 'zod';
import { whole } from '../mail/field.ts';

/** What a policy says where the configuration does not: senders report, and deliver all the same (RFC 8461 §5). */
export const MTA_STS_DEFAULTS = { mode: 'testing', maxAgeSeconds: 604_800 } as const;

/** `mtaSts` of the configuration: a policy by which senders insist on TLS (RFC 8461). */
export const mtaStsSchema = z
  .strictObject({
    mode: z
      .enum(['testing', 'enforce', 'none'])
      .default(MTA_STS_DEFAULTS.mode)
      .describe(
        'What senders do when TLS or the certificate fails: "testing" delivers and reports, "enforce" does not deliver, "none" withdraws an earlier policy (RFC 8461 §8.3). Default "testing".',
      ),
    maxAgeSeconds: whole(
      // RFC 8461 §3.2 allows a year at most. Shorter than a day protects nobody who sends less often.
      { min: 86_400, max: 31_557_600, default: MTA_STS_DEFAULTS.maxAgeSeconds },
      'Seconds that senders keep the policy: so long they hold to it after it is gone.',
    ),
  })
  .nullable()
  .default(null)
  .describe(
    'Serves an MTA-STS policy for every domain, by CloudFront. Needs a certificate for fargate.hostname that others trust, or ingress "ses". Default none.',
  );
