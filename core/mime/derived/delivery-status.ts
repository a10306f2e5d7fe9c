import type { Bounce, BounceRecipient } from '../../mail/report-schemas.ts';
import type { ReportFields } from './report-fields.ts';

const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** A delivery status notification (RFC 3464 §2): fields about the mail, then a group for each recipient. */
export function bounceOf(groups: readonly ReportFields[], originalMessageId: string | null): Bounce {
  const about = groups[0];
  return {
    source: 'report',
    reportingMta: about?.typed('reporting-mta') ?? null,
    arrivalDate: about?.date('arrival-date') ?? null,
    originalEnvelopeId: about?.text('original-envelope-id') ?? null,
    originalMessageId,
    // Some mailers leave the blank line before the first recipient out.
    recipients: groups.flatMap((group) => recipientOf(group) ?? []),
  };
}

function recipientOf(group: ReportFields): BounceRecipient | null {
  const originalRecipient = group.address('original-recipient');
  const recipient = group.address('final-recipient') ?? originalRecipient;
  if (recipient === null) return null;
  const said = group.text('action')?.toLowerCase() ?? '';
  return {
    recipient,
    originalRecipient,
    action: ACTIONS.find((action) => said.startsWith(action)) ?? null,
    status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(group.text('status') ?? '')?.[0] ?? null,
    diagnostic: group.typed('diagnostic-code'),
    remoteMta: group.typed('remote-mta'),
  };
}
