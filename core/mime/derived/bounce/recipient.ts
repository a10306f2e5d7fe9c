import type { BounceReason, BounceRecipient } from '../../../mail/report-schemas.ts';
import { replyCodeIn, statusIn } from './codes.ts';
import { passes, reasonOf } from './reason.ts';

/** Characters of a diagnostic. */
const VALUE_LENGTH = 2_000;

/** What a dialect or a report says about one recipient. */
export interface Finding {
  recipient: string;
  originalRecipient?: string | null;
  action: BounceRecipient['action'];
  /** From its own field; the diagnostic is searched as well. */
  status?: string | null;
  diagnostic: string | null;
  remoteMta?: string | null;
}

/** Works out codes, type and reason, only here. Recipients often share a diagnostic, which is then read once. */
export function describeRecipients(findings: readonly Finding[]): BounceRecipient[] {
  const reasons = new Map<string, BounceReason>();
  return findings.map((finding) => describe(finding, reasons));
}

function describe(finding: Finding, reasons: Map<string, BounceReason>): BounceRecipient {
  const { recipient, originalRecipient = null, action } = finding;
  const diagnostic = finding.diagnostic?.slice(0, VALUE_LENGTH).replace(/\s+/g, ' ').trim() || null;
  const remoteMta = finding.remoteMta ?? remoteMtaIn(diagnostic ?? '');
  const status = detailed(finding.status ?? null, diagnostic ?? '');
  const replyCode = replyCodeIn(diagnostic ?? '');
  const base = { recipient, originalRecipient, action, status, replyCode, diagnostic, remoteMta };
  if (isDelivered(action, status)) return { ...base, type: 'delivered', reason: null };
  const key = `${status} ${replyCode} ${diagnostic}`;
  const reason = reasons.get(key) ?? reasonOf(diagnostic ?? '', status, replyCode);
  reasons.set(key, reason);
  return { ...base, type: typeOf(base, reason, diagnostic ?? ''), reason };
}

/** RFC 3463: x.0.0 means only success or failure; the refusing server often gives more detail. */
function detailed(status: string | null, diagnostic: string): string | null {
  if (status !== null && !status.endsWith('.0.0')) return status;
  const said = statusIn(diagnostic);
  return said !== null && (status === null || !said.endsWith('.0.0')) ? said : status;
}

/** If the action is not one of RFC 3464, such as Postfix's `deliverable`, class 2 is success (RFC 3463 §2). */
function isDelivered(action: BounceRecipient['action'], status: string | null): boolean {
  return action === null ? status?.startsWith('2.') === true : /^(deliv|relay|expan)/.test(action);
}

function typeOf(
  { action, status, replyCode }: Pick<BounceRecipient, 'action' | 'status' | 'replyCode'>,
  reason: BounceReason,
  diagnostic: string,
): BounceRecipient['type'] {
  if (action === 'delayed') return 'transient';
  const code = (status ?? replyCode ?? '')[0];
  if (code === '5') return 'permanent';
  if (code === '4') return 'transient';
  if (passes(reason, diagnostic) || /\bretry time/i.test(diagnostic)) return 'transient';
  return action === null && reason === 'undetermined' ? 'undetermined' : 'permanent';
}

/** The server that refused: `host mx.example.net[192.0.2.1] said:`, qmail `192.0.2.1 does not like recipient`. */
function remoteMtaIn(diagnostic: string): string | null {
  const found =
    /(?:^|[\s:(])(?:host|server|mta|connect to|relay)[ :]+([\w-]{1,63}(?:\.[\w-]{1,63}){1,10})\.?[ :,;[(]/i.exec(
      diagnostic,
    ) ??
    /(?:^|\s)([\w.:-]{3,255}) does not like recipient\./.exec(diagnostic) ??
    /\bby ([\w-]{1,63}(?:\.[\w-]{1,63}){1,10})\.? \[/i.exec(diagnostic);
  return found?.[1] ?? null;
}
