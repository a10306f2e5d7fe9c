import type { Readable } from 'node:stream';
import type { Author } from '../mail/author.ts';
import type { AuthResult } from '../mail/parsed-mail.ts';
import { alignmentOf, authorDomain, checkDmarc, unanswerable } from './dmarc.ts';
import type { Resolve } from './dns-resolver.ts';
import { checkSignatures } from './signatures.ts';
import { checkSpf, mailauthResolver } from './spf.ts';
import type { SmtpClient } from './verdict.ts';

export interface AuthInput {
  /** The bytes of DATA. Null for a mail without a signature, which need not be read. */
  message: Readable | null;
  /** Null for a mail that did not arrive by SMTP. */
  client: SmtpClient | null;
  author: Author;
  /** Names of all header fields, as in the document. */
  fields: readonly string[];
}

/**
 * SPF (RFC 7208) from the envelope, DKIM (RFC 6376), DMARC (RFC 7489) and ARC (RFC 8617). Ignores what the mail itself
 * claims in Authentication-Results. Processes hostile bytes: run it in a thread with a deadline.
 */
export async function authenticate(
  { message, client, author, fields }: AuthInput,
  resolve: Resolve,
): Promise<AuthResult> {
  const resolver = mailauthResolver(resolve);
  const [spfResult, { dkim, arc }] = await Promise.all([
    checkSpf(client, resolver),
    checkSignatures(message, fields, resolver),
  ]);
  const passed = {
    spf: spfResult.result === 'pass' && spfResult.domain !== null ? [spfResult.domain] : [],
    dkim: dkim.filter(({ result }) => result === 'pass').map(({ domain }) => domain),
  };
  const domain = authorDomain(author);
  const isAligned = async (signer: string) =>
    domain !== null && (await alignmentOf(domain, { spf: [], dkim: [signer] })).dkim;
  const dmarc =
    domain === null
      ? unanswerable(author === 'none' ? 'none' : 'permerror')
      : await checkDmarc(domain, passed, resolver);
  const aligned = dmarc.alignment.spf || dmarc.alignment.dkim;
  return {
    spf: spfResult,
    dkim: await Promise.all(dkim.map(async (each) => ({ ...each, aligned: await isAligned(each.domain) }))),
    dmarc,
    arc,
    senderVerified: dmarc.result === 'pass' || (dmarc.result === 'none' && aligned),
  };
}
