import { readFile } from 'node:fs/promises';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { isFirstSecret } from '../../core/settings/certificate.ts';
import type { TlsSource } from '../../core/settings/edge.ts';
import { type Certificate, readCertificates } from './certificate.ts';
import { selfSignedCertificate } from './self-signed.ts';

/** Reads a secret as text. */
export type SecretReader = (secretId: string) => Promise<string>;

/** Reads the current certificates: called at startup, and again to detect renewals. */
export type CertificateSource = () => Promise<Certificate[]>;

/** Short enough that the certificate-expiring alarm stays on until a real certificate arrives. */
const MEANWHILE_DAYS = 7;

/**
 * @param readSecret reads a secret that contains certificate chains and keys as concatenated PEM
 */
export function certificateSource(tls: TlsSource, hostname: string, readSecret: SecretReader): CertificateSource {
  switch (tls.kind) {
    case 'self-signed': {
      const certificates = [selfSignedCertificate(hostname)];
      return () => Promise.resolve(certificates);
    }
    case 'files': {
      const files = [...new Set([tls.certificateFile, tls.keyFile])];
      return async () => {
        const texts: string[] = [];
        // Read sequentially, so that the error always names the same file when both are missing.
        for (const file of files) texts.push(await readText(file));
        return readCertificates(texts.join('\n'), files.join(' and '));
      };
    }
    case 'secret': {
      // Also keeps the last certificate when the secret is reset to its initial text.
      let read = [selfSignedCertificate(hostname, MEANWHILE_DAYS)];
      return async () => {
        const text = await readSecret(tls.secretId);
        if (!isFirstSecret(text)) read = readCertificates(text, `the secret ${tls.secretId}`);
        return read;
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
