import * as z from 'zod/mini';
import { keyRef, SECRET_ARN, SECRET_ARN_REMEDY } from '../http/key-ref.ts';
import { keyAt, type Platform, serviceAt } from '../http/signed-service.ts';
import { field } from '../mail/field.ts';

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:/.test(url);

/** Configuration of a service that a step calls: its URL, and the key for signing requests, in AWS and locally. */
export const serviceConfiguration = (what: string) => ({
  url: field(
    z.string().check(z.refine(isHttp, 'write https://…; local mode also allows http:// to this machine')),
    `${what}: https. Local mode also allows http to this machine. Redirects are not followed.`,
  ),
  secretArn: field(
    z._default(z.nullable(z.string().check(z.regex(SECRET_ARN, SECRET_ARN_REMEDY))), null),
    'Secret in Secrets Manager whose text signs the requests (HMAC-SHA256), for a deployment. No default.',
  ),
  secretFile: field(
    z._default(z.nullable(z.string().check(z.minLength(1))), null),
    'File with that key, for local mode. No default.',
  ),
});

export const serviceSettings = {
  url: z.string(),
  key: keyRef,
  /** Milliseconds to wait for an answer. */
  deadlineMs: z.int(),
};

/** @param path as in the configuration: `enrichment.model` */
export const signedServiceAt = <Service extends Parameters<typeof serviceAt>[1]>(
  path: string,
  service: Service,
  platform: Platform,
) => ({ ...serviceAt(path, service, platform), key: keyAt(path, service, platform) });
