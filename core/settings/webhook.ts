import * as z from 'zod/mini';
import { keyRef } from '../http/key-ref.ts';
import { type SettingsOf, settingsCodec } from './codec.ts';

/** What a webhook can post: the document, or the body that another service would post. */
export const WEBHOOK_FORMATS = ['parsed-mail', 'postmark', 'sendgrid', 'mailgun', 'ses'] as const;

const webhook = z.object({
  /** Name of the route whose queue is posted; null for the parsed-mail queue. */
  route: z.nullable(z.string()),
  url: z.string(),
  format: z.enum(WEBHOOK_FORMATS),
  /** Where the signing key is; null signs nothing. */
  key: z.nullable(keyRef),
  /** Milliseconds to the answer. */
  deadlineMs: z.int(),
  /** Longest body, bytes. */
  maxBodyBytes: z.int(),
  /** Attempts to post a mail, counted by the function: `maxReceiveCount` in the configuration. */
  maxAttempts: z.int(),
});

/** What the webhook Lambda has to know. */
export const webhookEnvironment = settingsCodec(
  z.object({
    /** URL of the parsed-mail queue; those of routes start with it. */
    parsedMailQueue: z.string(),
    /** Where attempts are counted. */
    contentBucket: z.string(),
    webhooks: z.array(webhook),
    /** Seconds to the second attempt; each later one waits four times as long, 6 hours at most. */
    retryBaseSeconds: z.int(),
    /** Posts to addresses of this machine: local mode only. */
    allowLoopback: z.boolean(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

export type Webhook = z.infer<typeof webhook>;
export type WebhookSettings = SettingsOf<typeof webhookEnvironment>;
