import { readFile } from 'node:fs/promises';
import { errorText, PermanentError } from '../../core/mail/errors.ts';
import { isFirstSecret } from '../../core/settings/certificate.ts';
import type { TlsSource } from '../../core/settings/edge.ts';
import { type Certificate, readCertificates } from './certificate.ts';
import { selfSignedCertificate } from './self-signed.ts';

/** Reads a secret as text. */
export type SecretReader = (secretId: string) => Promise<string>;

/** Reads the certificates as they are now: called at start, and again to find out whether one was renewed. */
export type CertificateSource = () => Promise<Certificate[]>;

/** So few that the alarm about a certificate near its end is on as long as there is none from elsewhere. */
const MEANWHILE_DAYS = 7;

/**
 * @param readSecret for a secret, whose text is certificate chains and keys as PEM, one behind the other
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
        // One after the other: when both are missing, the error always names the same one.
        for (const file of files) texts.push(await readText(file));
        return readCertificates(texts.join('\n'), files.join(' and '));
      };
    }
    case 'secret': {
      // Kept as well when the secret is set back to its first text.
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
