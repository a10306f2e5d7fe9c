import { z } from 'zod';

/** A secret in Secrets Manager that the configuration names; null when it names none. */
export const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
    'write the whole ARN of the secret, its six random characters included',
  )
  .nullable()
  .default(null);
