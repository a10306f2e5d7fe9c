import * as z from 'zod/mini';

/** Location of the key that signs requests to a service: a secret in AWS, a file on this machine. */
export const keyRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('secret'), secretId: z.string() }),
  z.object({ kind: z.literal('file'), file: z.string() }),
]);

export type KeyRef = z.infer<typeof keyRef>;

/** A complete ARN of a secret in Secrets Manager. */
export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
export const SECRET_ARN_REMEDY = 'write the complete ARN of the secret, including its six random characters';
