import { domainToASCII, domainToUnicode } from 'node:url';
import type { DNSResolver } from 'mailauth';
import { dmarc } from 'mailauth/lib/dmarc/index.js';
import type { Author } from '../mail/author.ts';
import type { AuthResult } from '../mail/parsed-mail.ts';
import { isName, policyOf, type Verdict, verdictOf } from './verdict.ts';

/** Labels with a dot between each two. */
const DOMAIN = /^[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;

/** The tag that a record begins with (RFC 7489 section 6.4); mailauth takes it without blanks only. */
const VERSION = /^\s*[vV]\s*=\s*DMARC1\s*(;|$)/;

/** Domains that passed, by SPF and by DKIM. */
export interface Domains {
  spf: readonly string[];
  dkim: readonly string[];
}

export type Alignment = AuthResult['dmarc']['alignment'];

/**
 * The domain of a mail's author, in ASCII; null when there is no author, or one without a domain. Names that IDNA maps
 * to others, in fullwidth letters or as an address of IPv4, are none: who does not map them reads another domain.
 */
export function authorDomain(author: Author): string | null {
  if (author === 'none' || author === 'unclear') return null;
  const domain = author.address.slice(author.address.lastIndexOf('@') + 1).toLowerCase();
  if (!isName(domain) || !DOMAIN.test(domain)) return null;
  const ascii = domainToASCII(domain);
  return ascii !== '' && (ascii === domain || domainToUnicode(ascii) === domain) ? ascii : null;
}

/** DMARC (RFC 7489) for one author. */
export async function checkDmarc(
  author: string,
  domains: Domains,
  resolver: DNSResolver,
): Promise<AuthResult['dmarc']> {
  const relaxed = await alignmentOf(author, domains);
  const checked = await dmarc({ ...asked(author, domains), resolver: oneRecord(resolver) });
  if (!checked) throw new TypeError(`mailauth has no result for ${author}`);
  const { status, domain, policy, rr = '' } = checked;
  const result = verdictOf(status.result);
  if (result !== 'pass') return { result, domain, policy: policyOf(policy), alignment: relaxed };
  // mailauth 4.13.3 takes an organisational domain where `aspf=s` or `adkim=s` asks for the same one.
  const same = (name: string) => domainToASCII(name) === author;
  const exact = await alignmentOf(author, {
    spf: isStrict('aspf', rr) ? domains.spf.filter(same) : domains.spf,
    dkim: isStrict('adkim', rr) ? domains.dkim.filter(same) : domains.dkim,
  });
  return { result: exact.spf || exact.dkim ? 'pass' : 'fail', domain, policy: policyOf(policy), alignment: exact };
}

/**
 * Answers as policy discovery takes them (RFC 7489 section 6.6.3): records of another version are discarded; with
 * several left, discovery ends without a policy. mailauth 4.13.3 goes on to the organisation's instead.
 */
function oneRecord(resolver: DNSResolver): DNSResolver {
  let several = false;
  return async (name, type) => {
    if (several) return [];
    const answers = await resolver(name, type);
    const records = answers.map((answer) => [answer].flat().join('')).filter((record) => VERSION.test(record));
    several = records.length > 1;
    return several ? [] : records.map((record) => [record.replace(VERSION, 'v=DMARC1$1')]);
  };
}

/** A mail that no policy can apply to (RFC 7489 section 6.6.1). */
export const unanswerable = (result: Verdict): AuthResult['dmarc'] => ({
  result,
  domain: null,
  policy: null,
  alignment: { spf: false, dkim: false },
});

/** Relaxed alignment (RFC 7489 section 3.1): DMARC under a policy that asks for nothing else. */
export async function alignmentOf(author: string, domains: Domains): Promise<Alignment> {
  const checked = await dmarc({ ...asked(author, domains), resolver: async () => [['v=DMARC1; p=none']] });
  if (!checked) throw new TypeError(`mailauth has no result for ${author}`);
  return { spf: Boolean(checked.alignment.spf.result), dkim: Boolean(checked.alignment.dkim.result) };
}

const asked = (author: string, { spf, dkim }: Domains) => ({
  headerFrom: author,
  spfDomains: [...spf],
  dkimDomains: dkim.map((domain) => ({ domain })),
});

/** Tags and values of a record may have blanks around them, and any case (RFC 7489 section 6.4). */
function isStrict(tag: 'aspf' | 'adkim', record: string): boolean {
  return record.split(';').some((part) => part.replace(/\s/g, '').toLowerCase() === `${tag}=s`);
}
