import { generateKeyPairSync } from 'node:crypto';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import type { Zone } from './dns-server.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The zone entry that publishes the key of these tests under a selector. */
export function dkimKey(selector: string, domain: string): Zone {
  const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { [`${selector}._domainkey.${domain}`]: [{ type: 'TXT', data: `v=DKIM1; k=rsa; p=${p}` }] };
}

/** The mail with a DKIM signature in front. */
export async function signed(mail: string, domain: string, options: { maxBodyLength?: number } = {}): Promise<string> {
  const signer = { ...signerOf(domain), ...options };
  const { signatures, errors } = await dkimSign(mail, {
    ...signer,
    canonicalization: 'relaxed/relaxed',
    signTime: new Date(),
    signatureData: [signer],
  });
  if (errors.length > 0) throw new Error('the test mail could not be signed', { cause: errors[0] });
  return signatures + mail;
}

/** The mail as a forwarder at `domain` passes it on: with an ARC set in front (RFC 8617). */
export async function sealed(mail: string, domain: string): Promise<string> {
  const seal = { ...signerOf(domain), cv: 'none', authResults: `${domain}; spf=pass`, signTime: new Date() };
  return `${await sealMessage(Buffer.from(mail), seal)}${mail}`;
}

const signerOf = (domain: string) => ({
  signingDomain: domain,
  selector: 'test',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
