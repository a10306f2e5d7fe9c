import { readFile } from 'node:fs/promises';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { NO_CERTIFICATE_YET } from '../../core/settings/certificate.ts';
import type { TlsSource } from '../../core/settings/edge.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { selfSignedCertificate } from './self-signed.ts';

/** Reads a secret as text. */
export type SecretReader = (secretId: string) => Promise<string>;

/** Reads the certificate as it is now: called at start, and again to find out whether it was renewed. */
export type CertificateSource = () => Promise<Certificate>;

/**
 * @param readSecret for a secret, whose text is the certificate chain and the key as PEM, one behind the other
 */
export function certificateSource(tls: TlsSource, hostname: string, readSecret: SecretReader): CertificateSource {
  switch (tls.kind) {
    case 'self-signed': {
      const certificate = selfSignedCertificate(hostname);
      return () => Promise.resolve(certificate);
    }
    case 'files':
      return async () => {
        // One after the other: when both are missing, the error always names the same one.
        const chain = await readText(tls.certificateFile);
        const key = await readText(tls.keyFile);
        return readCertificate(`${chain}\n${key}`, `${tls.certificateFile} and ${tls.keyFile}`);
      };
    case 'secret': {
      const meanwhile = selfSignedCertificate(hostname);
      return async () => {
        const text = await readSecret(tls.secretId);
        return text === NO_CERTIFICATE_YET ? meanwhile : readCertificate(text, `the secret ${tls.secretId}`);
      };
    }
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PermanentError('tls.unreadable', `the TLS file ${file} cannot be read: ${errorText(error)}`);
  }
}
