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
  /** Location of the signing key; null for unsigned requests. */
  key: z.nullable(keyRef),
  /** Milliseconds to wait for the answer. */
  deadlineMs: z.int(),
  /** Maximum size of a body, bytes. */
  maxBodyBytes: z.int(),
  /** Maximum attempts to post a mail, which the function counts: `maxReceiveCount` in the configuration. */
  maxAttempts: z.int(),
});

/** Settings of the webhook Lambda. */
export const webhookEnvironment = settingsCodec(
  z.object({
    /** URL of the parsed-mail queue; those of routes start with it. */
    parsedMailQueue: z.string(),
    /** Bucket in which attempts are counted. */
    contentBucket: z.string(),
    webhooks: z.array(webhook),
    /** Delay before the second attempt, seconds; each later delay is four times as long, at most 6 hours. */
    retryBaseSeconds: z.int(),
    /** Allows posting to addresses of this machine: local mode only. */
    allowLoopback: z.boolean(),
    /** CloudWatch namespace of the metrics. */
    metricsNamespace: z.string(),
  }),
);

export type Webhook = z.infer<typeof webhook>;
export type WebhookSettings = SettingsOf<typeof webhookEnvironment>;
