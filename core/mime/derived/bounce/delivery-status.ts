import type { ReportFields } from '../report-fields.ts';
import type { Finding } from './recipient.ts';

const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** What a group has once for each recipient. */
const OF_A_RECIPIENT: ReadonlySet<string> = new Set(['final-recipient', 'original-recipient', 'action', 'status']);
/** Recipients of one report. */
const RECIPIENT_LIMIT = 1_000;

/** All recipients of a report. Some mailers leave out the blank line before the first, or before each. */
export function findingsOf(groups: readonly ReportFields[]): Finding[] {
  return groups
    .flatMap((group) => group.split(OF_A_RECIPIENT))
    .slice(0, RECIPIENT_LIMIT)
    .flatMap((group) => findingOf(group) ?? []);
}

/** A group of fields about one recipient (RFC 3464 §2.3); null for one that names none. */
function findingOf(group: ReportFields): Finding | null {
  const originalRecipient = group.address('original-recipient');
  const final = group.address('final-recipient');
  // Sendmail writes `@host` when it has no local part to write.
  const recipient = final === null || final.startsWith('@') ? originalRecipient : final;
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
