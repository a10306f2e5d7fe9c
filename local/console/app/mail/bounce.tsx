import type { BounceRecipient } from '../../../../core/mail/report-schemas.ts';
import type { MailDocument } from '../../api/api.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { fullTime } from '../parts/format.ts';
import { BOUNCE_ADVICE } from './bounce-advice.ts';

const TYPES: Readonly<Record<BounceRecipient['type'], { tone: Tone; label: string }>> = {
  permanent: { tone: 'bad', label: 'permanent' },
  transient: { tone: 'warn', label: 'transient' },
  delivered: { tone: 'ok', label: 'delivered' },
  undetermined: { tone: 'plain', label: 'undetermined' },
};

/** A bounced mail: the recipients, the reasons, and what to do about them. */
export function BounceView({ mail }: { mail: MailDocument }) {
  const { bounce } = mail;
  if (bounce === null) return null;
  return (
    <div class="stack">
      <ul class="entries">
        {bounce.recipients.map((recipient) => (
          <Recipient {...recipient} />
        ))}
      </ul>
      <section class="stack tight">
        <h2 class="minor">The mail that bounced</h2>
        <Facts
          rows={[
            ['Subject', bounce.originalSubject && <bdi>{bounce.originalSubject}</bdi>],
            ['To', bounce.originalTo.length > 0 && <bdi>{bounce.originalTo.join(', ')}</bdi>],
            ['Sent', bounce.originalDate && fullTime(bounce.originalDate)],
            ['Message-ID', bounce.originalMessageId && <bdi class="mono">{bounce.originalMessageId}</bdi>],
            ['Reported by', bounce.reportingMta && <bdi class="mono">{bounce.reportingMta}</bdi>],
          ]}
        />
      </section>
    </div>
  );
}

function Recipient({ recipient, type, reason, status, replyCode, diagnostic, remoteMta }: BounceRecipient) {
  return (
    <li>
      <div class="row">
        <h2 class="minor">
          <bdi>{recipient}</bdi>
        </h2>
        <Badge tone={TYPES[type].tone}>{TYPES[type].label}</Badge>
        {reason !== null && <Badge>{reason.replaceAll('_', ' ')}</Badge>}
        {status !== null && <code class="muted">{status}</code>}
      </div>
      {reason !== null && <p>{BOUNCE_ADVICE[reason]}</p>}
      {diagnostic !== null && (
        <p class="mono muted">
          {replyCode !== null && !diagnostic.startsWith(replyCode) && `${replyCode} `}
          <bdi>{diagnostic}</bdi>
          {remoteMta !== null && (
            <>
              {' '}
              — <bdi>{remoteMta}</bdi>
            </>
          )}
        </p>
      )}
    </li>
  );
}
