import { Readable } from 'node:stream';
import { type AuthInput, authenticate } from '../../core/auth/authenticate.ts';
import { CachingResolver } from '../../core/auth/dns-resolver.ts';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import type { AuthResult } from '../../core/mail/parsed-mail.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { hashOnly } from '../../core/mime/second-reading.ts';
import { startDnsServer, type Zone } from './dns-server.ts';

export const MAIL = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';
export const CLIENT = { remoteAddress: '192.0.2.10', helo: 'mail.example.org', mailFrom: 'ada@example.org' };

export const txt = (data: string) => [{ type: 'TXT' as const, data }];

/** As the reader finds them. */
async function fieldNames(mail: Buffer | null): Promise<string[]> {
  if (mail === null) return [];
  const { headers } = await new StreamingMimeReader().read(Readable.from([mail]), hashOnly, MIME_LIMITS);
  return headers.map(({ name }) => name);
}

/** What `authenticate` says under a DNS of the test's own; CLIENT and a mail of Ada's, unsigned, unless told. */
export async function check(
  zone: Zone,
  input: Partial<AuthInput> & { mail?: string | Buffer } = {},
): Promise<AuthResult> {
  const dns = await startDnsServer({ 'example.org': txt('v=spf1 ip4:192.0.2.0/28 ~all'), ...zone });
  const resolver = new CachingResolver({ servers: [dns.address], queryMs: 300 });
  const { mail, ...rest } = input;
  const bytes = mail === undefined ? null : Buffer.from(mail);
  const message = bytes && Readable.from([bytes]);
  const all = { message, client: CLIENT, from: ['ada@example.org'], fields: await fieldNames(bytes), ...rest };
  try {
    return await authenticate(all, resolver.until(AbortSignal.timeout(2_000)));
  } finally {
    await dns.stop();
  }
}
