import { domainToASCII, domainToUnicode } from 'node:url';
import type { DNSResolver } from 'mailauth';
import { dmarc } from 'mailauth/lib/dmarc/index.js';
import type { Author } from '../mail/author.ts';
import type { AuthResult } from '../mail/parsed-mail.ts';
import { isName, policyOf, type Verdict, verdictOf } from './verdict.ts';

/** Labels separated by dots. */
const DOMAIN = /^[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;

/** The tag that starts a record (RFC 7489 section 6.4); mailauth accepts it only without blanks. */
const VERSION = /^\s*[vV]\s*=\s*DMARC1\s*(;|$)/;

/** Domains that passed, by SPF and by DKIM. */
export interface Domains {
  spf: readonly string[];
  dkim: readonly string[];
}

export type Alignment = AuthResult['dmarc']['alignment'];

/**
 * The domain of a mail's author, in ASCII; null without an author, or with one without a domain. Null also for names
 * that IDNA maps to others, in fullwidth letters or as an IPv4 address: software that does not map them sees another
 * domain.
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
  // mailauth 4.13.3 accepts an organisational domain even where `aspf=s` or `adkim=s` requires an identical one.
  const same = (name: string) => domainToASCII(name) === author;
  const exact = await alignmentOf(author, {
    spf: isStrict('aspf', rr) ? domains.spf.filter(same) : domains.spf,
    dkim: isStrict('adkim', rr) ? domains.dkim.filter(same) : domains.dkim,
  });
  return { result: exact.spf || exact.dkim ? 'pass' : 'fail', domain, policy: policyOf(policy), alignment: exact };
}

/**
 * DNS answers as policy discovery requires them (RFC 7489 section 6.6.3): records of another version are discarded; if
 * several remain, discovery ends without a policy. mailauth 4.13.3 would go on to the organisational domain instead.
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

/** The result for a mail to which no policy can apply (RFC 7489 section 6.6.1). */
export const unanswerable = (result: Verdict): AuthResult['dmarc'] => ({
  result,
  domain: null,
  policy: null,
  alignment: { spf: false, dkim: false },
});

/** Relaxed alignment (RFC 7489 section 3.1), which applies unless a policy requires strict. */
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

/** Tags and values of a record may have blanks around them and any case (RFC 7489 section 6.4). */
function isStrict(tag: 'aspf' | 'adkim', record: string): boolean {
  return record.split(';').some((part) => part.replace(/\s/g, '').toLowerCase() === `${tag}=s`);
}
