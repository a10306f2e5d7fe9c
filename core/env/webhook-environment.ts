import * as z from 'zod/mini';
import { type Environment, EnvReader } from './env.ts';

/** What a webhook can post: the document, or the body that another service would post. */
export const WEBHOOK_FORMATS = ['parsed-mail', 'postmark', 'sendgrid', 'mailgun', 'ses'] as const;

const keySchema = z.nullable(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('secret'), secretId: z.string() }),
    z.object({ kind: z.literal('file'), file: z.string() }),
  ]),
);

const webhookSchema = z.object({
  /** Name of the route whose queue is posted; null for the parsed-mail queue. */
  route: z.nullable(z.string()),
  url: z.string(),
  format: z.enum(WEBHOOK_FORMATS),
  /** Where the signing key is; null signs nothing. */
  key: keySchema,
  /** Milliseconds to the answer. */
  deadlineMs: z.int(),
  /** Longest body, bytes. */
  maxBodyBytes: z.int(),
  /** `maxReceiveCount` of the queue. */
  maxReceives: z.int(),
});

/** Where the signing key of a webhook is. */
export type WebhookKey = z.infer<typeof keySchema>;
export type Webhook = z.infer<typeof webhookSchema>;

/** What the webhook Lambda needs to know. */
export interface WebhookSettings {
  /** URL of the parsed-mail queue; those of routes start with it. */
  parsedMailQueue: string;
  webhooks: readonly Webhook[];
  /** Seconds to the second attempt; each later one waits four times as long, 6 hours at most. */
  retryBaseSeconds: number;
  /** Posts to addresses of this machine: local mode only. */
  allowLoopback: boolean;
  /** CloudWatch namespace of the metrics. */
  metricsNamespace: string;
}

export function encodeWebhookEnvironment(settings: WebhookSettings): Record<string, string> {
  return {
    PARSED_MAIL_QUEUE: settings.parsedMailQueue,
    WEBHOOKS: JSON.stringify(settings.webhooks),
    RETRY_BASE_SECONDS: String(settings.retryBaseSeconds),
    ALLOW_LOOPBACK: String(settings.allowLoopback),
    METRICS_NAMESPACE: settings.metricsNamespace,
  };
}

/** @throws PermanentError naming the variable */
export function decodeWebhookEnvironment(env: Environment): WebhookSettings {
  const read = new EnvReader(env);
  return {
    parsedMailQueue: read.string('PARSED_MAIL_QUEUE'),
    webhooks: read.json('WEBHOOKS', (value) => z.array(webhookSchema).parse(value)),
    retryBaseSeconds: read.integer('RETRY_BASE_SECONDS', { min: 0, max: 900, default: 60 }),
    allowLoopback: read.boolean('ALLOW_LOOPBACK', false),
    metricsNamespace: read.string('METRICS_NAMESPACE'),
  };
}
