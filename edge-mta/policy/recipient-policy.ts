import { mailboxNames, normalizeDomain, recipientPattern } from '../../core/mail/recipient-pattern.ts';
import type { EdgeSettings } from '../../core/settings/edge.ts';
import type { EnvelopeAddress } from '../commands/address.ts';
import { REPLIES, type Reply } from '../replies.ts';

export type RecipientDecision = { accepted: true; route: string | null } | { accepted: false; reply: Reply };

/** Decides which recipients are accepted. All others are rejected: this server relays nothing. */
export type RecipientPolicy = (recipient: EnvelopeAddress) => RecipientDecision;

export function recipientPolicy(
  settings: Pick<EdgeSettings, 'domains' | 'recipients' | 'tagSeparator'>,
): RecipientPolicy {
  const domains = new Set(settings.domains.map((domain) => normalizeDomain(domain)));
  const rules = settings.recipients.map(({ match, route }) => ({ matches: recipientPattern(match), route }));

  return ({ localPart, domain }) => {
    // RFC 5321 §4.1.1.3: <postmaster> without a domain is this host's own.
    const home = domain === null;
    if (!home && domains.size > 0 && !domains.has(domain)) return { accepted: false, reply: REPLIES.foreignDomain };
    // Obsolete source routes: user%elsewhere@here and elsewhere!user@here (RFC 5321 appendix F.2).
    if (/[%!@]/.test(localPart)) return { accepted: false, reply: REPLIES.relayAttempt };
    const candidates = mailboxNames(localPart, settings.tagSeparator);
    const rule = rules.find(({ matches }) => candidates.some((name) => matches(name, domain ?? '')));
    if (rule !== undefined) return { accepted: true, route: rule.route };
    // RFC 5321 §4.5.1: postmaster exists in every domain, whatever the rules say.
    const always = rules.length === 0 || candidates.includes('postmaster');
    return always ? { accepted: true, route: null } : { accepted: false, reply: REPLIES.unknownRecipient };
  };
}
