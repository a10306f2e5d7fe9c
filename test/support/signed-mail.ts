import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { BodyHash, CanonicalBody } from '../../core/auth/body-hash.ts';
import { headerRows } from '../../core/auth/signed-message.ts';
import type { Zone } from './dns-server.ts';

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const KEY: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The zone entry that publishes a key under a selector. The default is the key that everything here signs with. */
export function dkimKey(selector: string, domain: string, { publicKey }: KeyPair = KEY): Zone {
  const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { [`${selector}._domainkey.${domain}`]: [{ type: 'TXT', data: `v=DKIM1; k=rsa; p=${p}` }] };
}

interface SignOptions {
  /** The `l=` tag. */
  maxBodyLength?: number;
  /** The `x=` tag. */
  expires?: Date;
  algorithm?: string;
  key?: KeyPair;
}

/** The mail with a DKIM signature prepended. */
export async function signed(mail: string, domain: string, options: SignOptions = {}): Promise<string> {
  const { key = KEY, expires, ...rest } = options;
  const signer = { ...signerOf(domain, key), ...rest };
  const { signatures, errors } = await dkimSign(mail, {
    ...signer,
    ...(expires && { expires }),
    canonicalization: 'relaxed/relaxed',
    signTime: new Date('2026-11-01T00:00:00Z'),
    signatureData: [signer],
  });
  if (errors.length > 0) throw new Error('the test mail could not be signed', { cause: errors[0] });
  return signatures + mail;
}

/** The mail as a forwarder at `domain` relays it, with an ARC set prepended (RFC 8617). */
export async function sealed(mail: string, domain: string): Promise<string> {
  const seal = { ...signerOf(domain, KEY), cv: 'none', authResults: `${domain}; spf=pass`, signTime: new Date() };
  return `${await sealMessage(Buffer.from(mail), seal)}${mail}`;
}

const signerOf = (domain: string, { privateKey }: KeyPair) => ({
  signingDomain: domain,
  selector: 'test',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

/**
 * The mail with a signature of hand-written tags, in relaxed form; `{bh}` and `{b}` are replaced by the hashes. This
 * way `h=` can list a field more often than it occurs, and tags can have values no signer writes.
 */
export function handSigned(mail: string, tags: string): string {
  const blank = mail.indexOf('\r\n\r\n');
  const hash = new BodyHash('sha256', Number.POSITIVE_INFINITY);
  const body = new CanonicalBody('relaxed');
  body.hashes.push(hash);
  body.update(Buffer.from(mail.slice(blank + 4), 'latin1'));
  body.end();
  const field = `DKIM-Signature: ${tags.replace('{bh}', hash.digest('base64'))}`;
  const rows = headerRows(Buffer.from(mail.slice(0, blank), 'latin1'));
  const signedLines = (/\bh=([^;]*)/.exec(tags)?.[1] ?? 'from').split(':').flatMap((name) => {
    const at = rows.findLastIndex(({ key }) => key === name.trim());
    return rows.splice(at === -1 ? rows.length : at, 1).map(({ line }) => `${relaxed(line.toString('latin1'))}\r\n`);
  });
  const text = signedLines.join('') + relaxed(field.replace('{b}', ''));
  const b = sign('rsa-sha256', Buffer.from(text, 'latin1'), KEY.privateKey).toString('base64');
  return `${field.replace('{b}', b)}\r\n${mail}`;
}

/** RFC 6376 section 3.4.2. */
function relaxed(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}
