import { Readable } from 'node:stream';
import { type AuthInput, authenticate } from '../../core/auth/authenticate.ts';
import { CachingResolver } from '../../core/auth/dns-resolver.ts';
import { authorOf } from '../../core/mail/author.ts';
import { MIME_LIMITS } from '../../core/mail/limits.ts';
import type { AuthResult } from '../../core/mail/parsed-mail.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import { hashOnly } from '../../core/mime/second-reading.ts';
import { startDnsServer, type Zone } from './dns-server.ts';

export const MAIL = 'From: Ada <ada@example.org>\r\nTo: orders@example.com\r\nSubject: Order\r\n\r\nTwelve boxes.\r\n';
export const CLIENT = { remoteAddress: '192.0.2.10', helo: 'mail.example.org', mailFrom: 'ada@example.org' };

export const txt = (data: string) => [{ type: 'TXT' as const, data }];

interface Checked extends Partial<Pick<AuthInput, 'client' | 'fields'>> {
  mail?: string | Buffer;
  /** The From field, when it differs from that of `mail`; null for a mail without one. */
  from?: string | null;
}

/** Reads a mail with our reader. */
export const read = (bytes: Buffer) => new StreamingMimeReader().read(Readable.from([bytes]), hashOnly, MIME_LIMITS);

/** Runs `authenticate` against the test's own DNS. The defaults are CLIENT and an unsigned mail from Ada. */
export async function check(zone: Zone, { mail, from, client = CLIENT, fields }: Checked = {}): Promise<AuthResult> {
  const dns = await startDnsServer({ 'example.org': txt('v=spf1 ip4:192.0.2.0/28 ~all'), ...zone });
  const resolver = new CachingResolver({ servers: [dns.address], queryMs: 300 });
  const bytes = Buffer.from(mail ?? MAIL);
  const content = await read(bytes);
  const input: AuthInput = {
    message: mail === undefined ? null : Readable.from([bytes]),
    client,
    author: authorOf(from === undefined ? content : await read(Buffer.from(from === null ? 'X: x' : `From: ${from}`))),
    fields: fields ?? content.headers.map(({ name }) => name),
  };
  try {
    return await authenticate(input, resolver.until(AbortSignal.timeout(2_000)));
  } finally {
    await dns.stop();
  }
}
