import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { Operation } from '../aws/services.ts';

const requested = z.object({ CertificateArn: z.string(), Passphrase: z.string().default('') });

/** ACM, which has issued one certificate. */
export function certificateManager(issued: { chain: string; key: string }): Readonly<Record<string, Operation>> {
  return {
    'CertificateManager.DescribeCertificate': (body) => ({
      asked: [{ action: 'acm:DescribeCertificate', resource: requested.parse(body).CertificateArn }],
      answer: () => ({ Certificate: { Status: 'ISSUED', Serial: new X509Certificate(issued.chain).serialNumber } }),
    }),
    'CertificateManager.ExportCertificate': (body) => {
      const { CertificateArn, Passphrase } = requested.parse(body);
      const passphrase = Buffer.from(Passphrase, 'base64').toString();
      return {
        asked: [{ action: 'acm:ExportCertificate', resource: CertificateArn }],
        answer: () => ({
          Certificate: issued.chain,
          CertificateChain: '',
          PrivateKey: createPrivateKey(issued.key).export({
            type: 'pkcs8',
            format: 'pem',
            cipher: 'aes-256-cbc',
            passphrase,
          }),
        }),
      };
    },
  };
}
