import { execFileSync } from 'node:child_process';
import type { Certificate } from '../../edge-mta/tls/certificate.ts';

/** A self-signed certificate with an RSA key, made by openssl. */
export function rsaCertificate(...names: string[]): Certificate {
  const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`;
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${names[0]}`, '-addext'];
  const pem = execFileSync('openssl', ['req', ...options, alternatives, '-keyout', '-', '-out', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const begin = pem.indexOf('-----BEGIN CERTIFICATE');
  return { chain: pem.slice(begin), key: pem.slice(0, begin) };
}
