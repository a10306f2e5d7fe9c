import * as z from 'zod/mini';

/** Where the key is that requests to a service are signed with: a secret in AWS, a file on this machine. */
export const keyRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('secret'), secretId: z.string() }),
  z.object({ kind: z.literal('file'), file: z.string() }),
]);

export type KeyRef = z.infer<typeof keyRef>;

/** ARN of a secret in Secrets Manager, whole. */
export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
export const SECRET_ARN_REMEDY = 'write the whole ARN of the secret, its six random characters included';
