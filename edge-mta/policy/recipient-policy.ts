import type { EdgeSettings } from '../../core/env/edge-environment.ts';
import { type EnvelopeAddress, normalizeDomain } from '../commands/address.ts';
import { REPLIES, type Reply } from '../replies.ts';
import { globMatcher } from './glob.ts';

export type RecipientDecision = { accepted: true; route: string | null } | { accepted: false; reply: Reply };

/** Who gets mail here. Everything else is refused: this server relays nothing. */
export type RecipientPolicy = (recipient: EnvelopeAddress) => RecipientDecision;

interface CompiledRule {
  matches(localPart: string, domain: string): boolean;
  route: string | null;
}

export function recipientPolicy(
  settings: Pick<EdgeSettings, 'domains' | 'recipients' | 'tagSeparator'>,
): RecipientPolicy {
  const domains = new Set(settings.domains.map((domain) => normalizeDomain(domain)));
  const rules = settings.recipients.map((rule) => compile(rule.match, rule.route));

  return ({ localPart, domain }) => {
    // RFC 5321 §4.1.1.3: <postmaster> without a domain is this host's own.
    const home = domain === null;
    if (!home && domains.size > 0 && !domains.has(domain)) return { accepted: false, reply: REPLIES.foreignDomain };
    // The source routes of old: user%elsewhere@here and elsewhere!user@here (RFC 5321 appendix F.2).
    if (/[%!@]/.test(localPart)) return { accepted: false, reply: REPLIES.relayAttempt };
    const candidates = withoutTag(localPart.toLowerCase(), settings.tagSeparator);
    const rule = rules.find(({ matches }) => candidates.some((name) => matches(name, domain ?? '')));
    if (rule !== undefined) return { accepted: true, route: rule.route };
    // RFC 5321 §4.5.1: postmaster exists in every domain, whatever the rules say.
    const always = rules.length === 0 || candidates.includes('postmaster');
    return always ? { accepted: true, route: null } : { accepted: false, reply: REPLIES.unknownRecipient };
  };
}

/** `info+tag` is asked about as it is, then as `info` (RFC 5233). */
function withoutTag(localPart: string, separator: string | null): string[] {
  const at = separator === null ? -1 : localPart.indexOf(separator);
  return at > 0 ? [localPart, localPart.slice(0, at)] : [localPart];
}

function compile(pattern: string, route: string | null): CompiledRule {
  const split = pattern.lastIndexOf('@');
  const local = globMatcher(pattern.slice(0, split === -1 ? undefined : split).toLowerCase());
  if (split === -1) return { route, matches: (name) => local(name) };
  const written = pattern.slice(split + 1);
  const domain = globMatcher(normalizeDomain(written) ?? written.toLowerCase());
  return { route, matches: (name, at) => domain(at) && local(name) };
}
