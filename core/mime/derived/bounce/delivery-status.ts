import type { ReportFields } from '../report-fields.ts';
import type { Finding } from './recipient.ts';

const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** Keys that a group has once per recipient. */
const OF_A_RECIPIENT: ReadonlySet<string> = new Set(['final-recipient', 'original-recipient', 'action', 'status']);
/** Recipients of one report. */
const RECIPIENT_LIMIT = 1_000;

/** A group with the outcome of a recipient, but without its address. */
export type Nameless = Omit<Finding, 'recipient'>;

/** All recipients of a report. Some mailers omit the blank line before the first, or before each. */
export function findingsOf(groups: readonly ReportFields[]): Finding[] {
  return ofRecipients(groups).flatMap((group) => {
    const recipient = recipientOf(group);
    return recipient === null ? [] : { recipient, ...saidBy(group) };
  });
}

/** Groups about recipients that name none. */
export function namelessOf(groups: readonly ReportFields[]): Nameless[] {
  return ofRecipients(groups).flatMap((group) =>
    recipientOf(group) === null && group.has('final-recipient') ? saidBy(group) : [],
  );
}

function ofRecipients(groups: readonly ReportFields[]): ReportFields[] {
  return groups.flatMap((group) => group.split(OF_A_RECIPIENT)).slice(0, RECIPIENT_LIMIT);
}

function recipientOf(group: ReportFields): string | null {
  const final = group.address('final-recipient');
  // Sendmail writes `@host` when it does not know the local part.
  return final === null || final.startsWith('@') ? group.address('original-recipient') : final;
}

/** The fields of RFC 3464 §2.3 other than the recipient. */
function saidBy(group: ReportFields): Nameless {
  const said = group.text('action')?.toLowerCase() ?? '';
  return {
    originalRecipient: group.address('original-recipient'),
    action: ACTIONS.find((action) => said.startsWith(action)) ?? null,
    status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(group.text('status') ?? '')?.[0] ?? null,
    diagnostic: group.typed('diagnostic-code'),
    remoteMta: group.typed('remote-mta'),
  };
}
