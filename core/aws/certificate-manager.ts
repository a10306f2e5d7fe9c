import { ACMClient, DescribeCertificateCommand, ExportCertificateCommand } from '@aws-sdk/client-acm';
import { PermanentError } from '../mail/errors.ts';
import { classified } from './aws-error.ts';
import { clientConfig } from './client-config.ts';

/** State of a certificate in ACM. */
export interface CertificateState {
  /** `ISSUED`, `PENDING_VALIDATION`, `EXPIRED`, … */
  status: string;
  /** Serial number in hexadecimal, with colons; null before it is issued. */
  serial: string | null;
  /** State of the last renewal, such as `PENDING_AUTO_RENEWAL` or `FAILED`; null when there was none. */
  renewal: string | null;
}

/** PEM: the certificate with its chain, and the key encrypted with the passphrase. */
export interface ExportedCertificate {
  chain: string;
  encryptedKey: string;
}

/** One certificate in ACM. Every method throws TransientError or PermanentError. */
export interface ManagedCertificate {
  state(): Promise<CertificateState>;
  export(passphrase: string): Promise<ExportedCertificate>;
}

/** Milliseconds from request to response headers. */
const REQUEST_TIMEOUT_MS = 10_000;

export function acmCertificate(certificateArn: string): ManagedCertificate {
  const client = new ACMClient(clientConfig({}, REQUEST_TIMEOUT_MS));
  return {
    async state() {
      const { Certificate: found } = await classified('acm', `DescribeCertificate ${certificateArn}`, () =>
        client.send(new DescribeCertificateCommand({ CertificateArn: certificateArn })),
      );
      return {
        status: found?.Status ?? 'unknown',
        serial: found?.Serial ?? null,
        renewal: found?.RenewalSummary?.RenewalStatus ?? null,
      };
    },
    async export(passphrase) {
      const exported = await classified('acm', `ExportCertificate ${certificateArn}`, () =>
        client.send(
          new ExportCertificateCommand({ CertificateArn: certificateArn, Passphrase: Buffer.from(passphrase) }),
        ),
      );
      const { Certificate: own, CertificateChain: signers = '', PrivateKey: encryptedKey } = exported;
      if (own !== undefined && encryptedKey !== undefined) return { chain: `${own}\n${signers}`, encryptedKey };
      throw new PermanentError(
        'acm.incomplete',
        `ExportCertificate ${certificateArn} returned no certificate or no key`,
      );
    },
  };
}
