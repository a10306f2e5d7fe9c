import * as z from 'zod/mini';
import { settingsCodec } from './codec.ts';

/** Settings of the certificate Lambda. */
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

const NO_CERTIFICATE_YET = 'no certificate yet';

/**
 * Content of the secret until ACM has issued the first certificate: this text and a random member. CloudFormation
 * generates it once; a literal text it might write again in an update of the secret, over the certificate.
 */
export const FIRST_SECRET = {
  template: JSON.stringify({ status: NO_CERTIFICATE_YET }),
  randomMember: 'random',
} as const;

/** Whether a secret still holds what CloudFormation generated, and no certificate. */
export const isFirstSecret = (text: string): boolean => text.startsWith('{') && text.includes(NO_CERTIFICATE_YET);
