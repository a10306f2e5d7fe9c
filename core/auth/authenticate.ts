import type { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import type { DNSResolver } from 'mailauth';
import { arc } from 'mailauth/lib/arc/index.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { dmarc } from 'mailauth/lib/dmarc/index.js';
import { spf } from 'mailauth/lib/spf/index.js';
import type { AuthResult } from '../mail/parsed-mail.ts';
import type { Resolve } from './dns-resolver.ts';
import { type DkimVerdict, policyOf, type SmtpClient, signatureVerdict, type Verdict, verdictOf } from './verdict.ts';

/** RSA keys below 1,024 bits do not count (RFC 8301 section 3.2). */
const MIN_KEY_BITS = 1024;

export interface AuthInput {
  /** The bytes of DATA. Null for a mail without a signature: then they need not be read. */
  message: Readable | null;
  /** Null for a mail that came without SMTP. */
  client: SmtpClient | null;
  /** Addresses of the From field (RFC 5322 section 3.6.2). */
  from: readonly string[];
}

/**
 * SPF (RFC 7208) from the envelope, DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617). What the mail itself says in
 * Authentication-Results is ignored. Hostile bytes go through here: run it in a thread with a deadline.
 */
export async function authenticate({ message, client, from }: AuthInput, resolve: Resolve): Promise<AuthResult> {
  const resolver = mailauthResolver(resolve);
  const [spfResult, signatures] = await Promise.all([checkSpf(client, resolver), checkSignatures(message, resolver)]);
  const domains = {
    spfDomains: spfResult.result === 'pass' && spfResult.domain !== null ? [spfResult.domain] : [],
    dkimDomains: signatures.dkim.filter(({ result }) => result === 'pass').map(({ domain }) => ({ domain })),
  };
  const aligned = await alignmentOf(from, domains);
  const dmarcResult = await checkDmarc(from, domains, resolver, aligned);
  const dkim: DkimVerdict[] = await Promise.all(
    signatures.dkim.map(async (signature) => {
      const { dkim: own } = await alignmentOf(from, { spfDomains: [], dkimDomains: [signature] });
      return { ...signature, aligned: own };
    }),
  );
  return {
    spf: spfResult,
    dkim,
    dmarc: dmarcResult,
    arc: signatures.arc,
    senderVerified: dmarcResult.result === 'pass' || (dmarcResult.result === 'none' && (aligned.spf || aligned.dkim)),
  };
}

interface Domains {
  spfDomains: string[];
  dkimDomains: { domain: string }[];
}

async function checkSpf(client: SmtpClient | null, resolver: DNSResolver): Promise<AuthResult['spf']> {
  if (client === null) return { result: 'none', domain: null, detail: 'the mail came without SMTP' };
  const { remoteAddress: ip, helo, mailFrom: sender } = client;
  const { status, domain } = await spf({ ip, helo, sender, mta: 'mail-pipeline', resolver });
  return { result: verdictOf(status.result), domain, detail: status.comment || null };
}

interface Signatures {
  dkim: Omit<DkimVerdict, 'aligned'>[];
  arc: AuthResult['arc'];
}

async function checkSignatures(message: Readable | null, resolver: DNSResolver): Promise<Signatures> {
  if (message === null) return { dkim: [], arc: { result: 'none', instances: 0, domain: null } };
  const checked = await dkimVerify(message, { resolver, minBitLength: MIN_KEY_BITS });
  const sets = { ...checked.arc, chain: checked.arc?.chain || [] };
  const chain = await arc(sets, { resolver, minBitLength: MIN_KEY_BITS });
  return {
    dkim: checked.results.flatMap(({ signingDomain, selector, status }) =>
      // An unsigned mail gets one result without a domain.
      signingDomain
        ? [
            {
              domain: signingDomain,
              selector: selector ?? '',
              result: signatureVerdict(status),
              detail: status.comment ?? null,
            },
          ]
        : [],
    ),
    arc: {
      result: verdictOf(chain.status.result),
      instances: chain.i || 0,
      domain: (chain.signature || null)?.signingDomain ?? null,
    },
  };
}

async function checkDmarc(
  from: readonly string[],
  domains: Domains,
  resolver: DNSResolver,
  alignment: { spf: boolean; dkim: boolean },
): Promise<AuthResult['dmarc']> {
  // RFC 7489 section 6.6.1: with no author, or several, there is no domain whose policy applies.
  const failed = (result: Verdict) => ({ result, domain: null, policy: null, alignment });
  if (from.length === 0) return failed('none');
  const checked = await dmarc({ headerFrom: [...from], ...domains, resolver });
  if (!checked) return failed('permerror');
  const { status, domain, policy, alignment: asked } = checked;
  const result = verdictOf(status.result);
  if (result !== 'pass') return { result, domain, policy: policyOf(policy), alignment };
  // mailauth 4.13.3 reads `aspf=s` and `adkim=s` and then takes an organisational domain all the same.
  const exact = await alignmentOf(from, {
    spfDomains: domains.spfDomains.filter((name) => !asked.spf.strict || isDomainOf(name, from)),
    dkimDomains: domains.dkimDomains.filter((signed) => !asked.dkim.strict || isDomainOf(signed.domain, from)),
  });
  return { result: exact.spf || exact.dkim ? 'pass' : 'fail', domain, policy: policyOf(policy), alignment: exact };
}

function isDomainOf(name: string, [author = '']: readonly string[]): boolean {
  return domainToASCII(name) === domainToASCII(author.slice(author.lastIndexOf('@') + 1));
}

/** Relaxed alignment (RFC 7489 section 3.1): DMARC under a policy that asks for nothing else. */
async function alignmentOf(from: readonly string[], domains: Domains): Promise<{ spf: boolean; dkim: boolean }> {
  const checked = await dmarc({ headerFrom: [...from], ...domains, resolver: async () => [['v=DMARC1; p=none']] });
  if (!checked || checked.alignment === undefined) return { spf: false, dkim: false };
  return { spf: Boolean(checked.alignment.spf.result), dkim: Boolean(checked.alignment.dkim.result) };
}

/** mailauth's types know TXT and addresses only; it asks for MX as well, and takes what `dns` answers. */
function mailauthResolver(resolve: Resolve): DNSResolver {
  function lookUp(name: string, type: string): Promise<string[][]>;
  function lookUp(name: string, type: string): Promise<unknown> {
    return resolve(name, type);
  }
  return lookUp;
}
