import { z } from 'zod';
import { SECRET_ARN, SECRET_ARN_REMEDY } from '../http/key-ref.ts';
import type { Finding } from '../settings/explain.ts';

/** A secret in Secrets Manager that the configuration names; null when it names none. */
export const secretArn = z.string().regex(SECRET_ARN, SECRET_ARN_REMEDY).nullable().default(null);

/** The secret must be in the region of the deployment. Not checked while the region is unknown. */
export function* secretElsewhere(path: Finding['path'], arn: string | null, region: string | null): Generator<Finding> {
  if (arn === null || region === null || arn.split(':')[3] === region) return;
  yield { path, message: `the secret has to be in the region of the deployment, ${region}` };
}
