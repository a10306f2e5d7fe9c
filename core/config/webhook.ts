import { z } from 'zod';
import { WEBHOOK_FORMATS } from '../env/webhook-environment.ts';
import { secretArn } from './secret-arn.ts';

const MIB = 1024 * 1024;

const isUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username === '' && url.password === '';
};

/** `webhook` and `routes[].webhook` of the configuration: mails of that queue are posted instead of consumed. */
export const webhookSchema = z
  .strictObject({
    url: z
      .string()
      .refine(isUrl, 'write a URL without user and password')
      .refine((url) => /^https?:/.test(url), 'write https://…; local mode takes http:// to this machine as well')
      .describe(
        'Where mails are posted: https. Local mode takes http to 127.0.0.1, [::1] and localhost as well. Redirects are not followed.',
      ),
    format: z
      .enum(WEBHOOK_FORMATS)
      .default('parsed-mail')
      .describe(
        'What is posted: the document, or what another service would post (docs/payloads.md). Default "parsed-mail".',
      ),
    secretArn: secretArn.describe(
      'Secret in Secrets Manager whose text is the signing key, for a deployment. Default: nothing is signed.',
    ),
    secretFile: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('File with the signing key, for local mode. Default: nothing is signed.'),
    deadlineSeconds: z
      .int()
      .min(1)
      .max(60)
      .default(10)
      .describe('Seconds to the answer; afterwards the mail is posted again later. Default 10.'),
    maxBodyBytes: z
      .int()
      .min(64 * 1024)
      .max(64 * MIB)
      .default(32 * MIB)
      .describe('Longest body, bytes. A mail that makes a longer one goes to the dead-letter queue. Default 32 MiB.'),
  })
  .nullable()
  .default(null);
