import { createHash, X509Certificate } from 'node:crypto';
import type { DnsRecord } from './dns-records.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/**
 * TLSA records of a mail server (RFC 7672 §3.1.1): `3 1 1`, the SHA-256 of the public key, which stays the same when a
 * certificate is renewed with its key. The first certificate counts, and so does every other one that is not a CA's: RSA
 * and ECDSA certificates are often in one file.
 * @param pem certificates, each followed by its chain; private keys in between are ignored
 * @returns one for each public key; empty when the text holds no certificate
 * @throws Error for a certificate that cannot be read
 */
export function tlsaRecords(mailServer: string, pem: string): DnsRecord[] {
  const certificates = [...pem.matchAll(CERTIFICATE)].map(([text]) => new X509Certificate(text));
  const own = certificates.filter(({ ca }, index) => index === 0 || !ca);
  const digests = own.map(({ publicKey }) =>
    createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
  );
  return [...new Set(digests)].map((digest) => ({
    name: `_25._tcp.${mailServer}`,
    type: 'TLSA',
    value: `3 1 1 ${digest}`,
  }));
}
