import { z } from 'zod';
import { whole } from '../mail/field.ts';
import { WEBHOOK_RETRY_BASE_SECONDS, webhookDelaySeconds } from '../outcome/webhook-delay.ts';
import { WEBHOOK_FORMATS } from '../settings/webhook.ts';
import { WEBHOOK_TIMEOUT_SECONDS } from './functions.ts';
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
        'URL to post mails to, https. Local mode also allows http to 127.0.0.1, [::1] and localhost. Redirects are not followed.',
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
    deadlineSeconds: whole(
      { min: 1, max: 60, default: 10 },
      'Seconds to wait for the answer; then the mail is posted again later.',
    ),
    maxBodyBytes: whole(
      { min: 64 * 1024, max: 64 * MIB, default: 32 * MIB },
      'Maximum size of a body, bytes. A mail with a larger one goes to the dead-letter queue.',
      '32 MiB',
    ),
  })
  .superRefine(({ format, secretArn, secretFile }, context) => {
    if (format !== 'mailgun' || secretArn !== null || secretFile !== null) return;
    const message = 'the Mailgun format is signed: set secretArn, or secretFile for local mode';
    context.addIssue({ code: 'custom', path: ['secretArn'], message });
  })
  .nullable()
  .default(null);

/**
 * Maximum seconds from the first attempt to post a mail until it is a dead letter: each attempt takes the whole timeout
 * of the function, or is cut off by it and retried after the visibility timeout of the queue.
 */
export function postingSeconds(queue: { maxReceiveCount: number; visibilityTimeoutSeconds: number }): number {
  let seconds = 0;
  for (let attempt = 1; attempt <= queue.maxReceiveCount; attempt += 1) {
    const delay = attempt < queue.maxReceiveCount ? webhookDelaySeconds(attempt, WEBHOOK_RETRY_BASE_SECONDS) : 0;
    seconds += Math.max(queue.visibilityTimeoutSeconds, WEBHOOK_TIMEOUT_SECONDS + delay);
  }
  return seconds;
}
