import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import libraryTlsOptions from 'smtp-server/lib/tls-options.js';
import { errorText, PermanentError } from '../../core/mail/errors.ts';

/** Certificate for STARTTLS as PEM, with the server's own certificate first in the chain. */
export interface Certificate {
  chain: string;
  key: string;
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s]*-----END \1-----/g;

/**
 * Extracts certificates and private keys from PEM text and pairs them: RSA and ECDSA for one name, or one pair per
 * name. The chain of a certificate follows it.
 *
 * @param origin of the text, for error messages
 * @returns one per key, in the order of the certificates
 * @throws PermanentError `tls.invalid`, `tls.built_in_key`
 */
export function readCertificates(pem: string, origin: string): Certificate[] {
  const blocks = [...pem.matchAll(PEM_BLOCK)].map(([text, label = '']) => ({ text, label }));
  const certificates = blocks
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ text }) => ({ text: `${text}\n`, x509: parsed(() => new X509Certificate(text), origin) }));
  const keys = blocks
    .filter(({ label }) => label.endsWith('PRIVATE KEY'))
    .map(({ text }) => ({ text, key: parsed(() => createPrivateKey(text), origin) }));
  if (certificates.length === 0) throw invalid(origin, 'it contains no certificate (-----BEGIN CERTIFICATE-----)');
  if (keys.length === 0) throw invalid(origin, 'it contains no private key, or only one with a passphrase');
  const found: Certificate[] = [];
  const used = new Set<string>();
  for (const { text, x509 } of certificates) {
    const own = keys.find(({ key }) => x509.checkPrivateKey(key));
    const last = found.at(-1);
    if (own !== undefined && !used.has(own.text)) {
      refuseBuiltInKey(own.key, origin);
      used.add(own.text);
      found.push({ chain: text, key: own.text });
    } else if (last === undefined) {
      throw invalid(
        origin,
        'the key does not match the first certificate: put the server’s own certificate before its chain',
      );
    } else {
      last.chain += text;
    }
  }
  const lost = keys.findIndex(({ text }) => !used.has(text));
  if (lost !== -1) throw invalid(origin, `no certificate matches private key ${lost + 1} in it`);
  return found;
}

function parsed<T>(parse: () => T, origin: string): T {
  try {
    return parse();
  } catch (error) {
    throw invalid(origin, errorText(error));
  }
}

function refuseBuiltInKey(key: KeyObject, origin: string): void {
  if (publicKeyOf(key) !== publicKeyOf(builtInKey())) return;
  throw new PermanentError(
    'tls.built_in_key',
    `${origin} is the test key of smtp-server, whose private half is public: use your own key`,
  );
}

const DAY_MS = 86_400_000;

/** Whole days until the first certificate expires; 0 when one has expired. */
export function daysLeft(certificates: readonly Certificate[], now = Date.now()): number {
  const ends = certificates.map(({ chain }) => Date.parse(new X509Certificate(chain).validTo));
  return Math.max(0, Math.floor((Math.min(...ends) - now) / DAY_MS));
}

const invalid = (origin: string, reason: string) =>
  new PermanentError('tls.invalid', `the certificate from ${origin} cannot be used: ${reason}`);

/** The key smtp-server falls back to when it is given none. */
function builtInKey(): KeyObject {
  const { key } = libraryTlsOptions();
  if (typeof key !== 'string') throw new PermanentError('tls.invalid', 'smtp-server has lost its built-in key');
  return createPrivateKey(key);
}

const publicKeyOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
