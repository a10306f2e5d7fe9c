import type { DNSResolver } from 'mailauth';
import { spf } from 'mailauth/lib/spf/index.js';
import type { AuthResult } from '../mail/parsed-mail.ts';
import type { Resolve } from './dns-resolver.ts';
import { type SmtpClient, verdictOf } from './verdict.ts';

/** SPF (RFC 7208) for MAIL FROM, or for EHLO with the null sender. */
export async function checkSpf(client: SmtpClient | null, resolver: DNSResolver): Promise<AuthResult['spf']> {
  if (client === null) return { result: 'none', domain: null, detail: 'the mail came without SMTP' };
  const { remoteAddress: ip, helo, mailFrom: sender } = client;
  const { status, domain } = await spf({ ip, helo, sender, mta: 'mail-pipeline', resolver });
  return { result: verdictOf(status.result), domain, detail: status.comment || null };
}

/** mailauth's types allow TXT and addresses only; it also looks up MX, and accepts the answers of `dns`. */
export function mailauthResolver(resolve: Resolve): DNSResolver {
  function lookUp(name: string, type: string): Promise<string[][]>;
  function lookUp(name: string, type: string): Promise<unknown> {
    return resolve(name, type);
  }
  return lookUp;
}
