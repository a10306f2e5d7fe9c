import * as z from 'zod/mini';
import { type SettingsOf, settingsCodec } from './codec.ts';

/** What the certificate Lambda has to know. */
export const certificateEnvironment = settingsCodec(
  z.object({
    /** The certificate in ACM. */
    certificateArn: z.string(),
    /** The secret that the edge reads. */
    secretId: z.string(),
    /** Host name that the certificate is for. */
    hostname: z.string(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

export type CertificateSettings = SettingsOf<typeof certificateEnvironment>;

const NO_CERTIFICATE_YET = 'no certificate yet';

/**
 * What the secret holds until ACM has issued the first certificate: this, and a random member. CloudFormation generates
 * such a text once. A literal one it may write again when it updates the secret, over the certificate.
 */
export const FIRST_SECRET = {
  template: JSON.stringify({ status: NO_CERTIFICATE_YET }),
  randomMember: 'random',
} as const;

/** Whether a secret holds what CloudFormation generated, and no certificate so far. */
export const isFirstSecret = (text: string): boolean => text.startsWith('{') && text.includes(NO_CERTIFICATE_YET);
