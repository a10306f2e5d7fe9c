import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import libraryTlsOptions from 'smtp-server/lib/tls-options.js';
import { errorText, PermanentError } from '../../core/mail/errors.ts';

/** What STARTTLS presents: PEM, the server's own certificate first in the chain. */
export interface Certificate {
  chain: string;
  key: string;
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s]*-----END \1-----/g;

/**
 * Takes certificates and private key out of PEM text and checks that they belong together.
 *
 * @param origin where the text comes from, for the error
 * @throws PermanentError `tls.invalid`, `tls.built_in_key`
 */
export function readCertificate(pem: string, origin: string): Certificate {
  const blocks = [...pem.matchAll(PEM_BLOCK)].map(([text, label = '']) => ({ text, label }));
  const chain = blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ text }) => `${text}\n`);
  const key = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))?.text;
  const own = chain[0];
  if (own === undefined) throw invalid(origin, 'it holds no certificate (-----BEGIN CERTIFICATE-----)');
  if (key === undefined) throw invalid(origin, 'it holds no private key without a passphrase');
  const { certificate, privateKey } = parse(own, key, origin);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw invalid(origin, 'the key is not that of the first certificate: put the server’s own certificate first');
  }
  if (publicKeyOf(privateKey) === publicKeyOf(builtInKey())) {
    throw new PermanentError(
      'tls.built_in_key',
      `${origin} is the test key of smtp-server, whose private half is public: use one of your own`,
    );
  }
  return { chain: chain.join(''), key };
}

function parse(certificate: string, key: string, origin: string) {
  try {
    return { certificate: new X509Certificate(certificate), privateKey: createPrivateKey(key) };
  } catch (error) {
    throw invalid(origin, errorText(error));
  }
}

const invalid = (origin: string, reason: string) =>
  new PermanentError('tls.invalid', `the certificate from ${origin} cannot be used: ${reason}`);

/** smtp-server falls back to this one when it is given none. */
function builtInKey(): KeyObject {
  const { key } = libraryTlsOptions();
  if (typeof key !== 'string') throw new PermanentError('tls.invalid', 'smtp-server has lost its built-in key');
  return createPrivateKey(key);
}

const publicKeyOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
