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

/**
 * Text of the secret until ACM has issued the first certificate: a task that starts before has a self-signed one.
 * CloudFormation writes it once. Another text here would make the next deployment write it over the certificate.
 */
export const NO_CERTIFICATE_YET = 'no certificate yet';
