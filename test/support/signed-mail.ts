import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import type { Zone } from './dns-server.ts';

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const KEY: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The zone entry that publishes a key under a selector: by default the one that everything here signs with. */
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

/** The mail with a DKIM signature in front. */
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

/** The mail as a forwarder at `domain` passes it on: with an ARC set in front (RFC 8617). */
export async function sealed(mail: string, domain: string): Promise<string> {
  const seal = { ...signerOf(domain, KEY), cv: 'none', authResults: `${domain}; spf=pass`, signTime: new Date() };
  return `${await sealMessage(Buffer.from(mail), seal)}${mail}`;
}

const signerOf = (domain: string, { privateKey }: KeyPair) => ({
  signingDomain: domain,
  selector: 'test',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
