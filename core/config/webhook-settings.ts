import type { Webhook, WebhookKey, WebhookSettings } from '../env/webhook-environment.ts';
import { PermanentError } from '../mail/errors.ts';
import { WEBHOOK_RETRY_BASE_SECONDS, webhookDelaySeconds } from '../outcome/webhook-delay.ts';
import { queueOfRoute } from './routes.ts';
import type { PipelineConfig } from './schema.ts';

/** Timeout of the webhook function, seconds: the longest deadline, and time to fetch what a message leaves out. */
export const WEBHOOK_TIMEOUT_SECONDS = 90;

type WebhookConfig = NonNullable<PipelineConfig['webhook']>;

/** Where the function runs: the key is a secret in AWS and a file on this machine. */
export type WebhookPlace = 'aws' | 'local';

export interface ConfiguredWebhook {
  /** As in the configuration: `webhook`, `routes.2.webhook`. */
  path: string;
  /** Null for the parsed-mail queue. */
  route: string | null;
  webhook: WebhookConfig;
  queue: PipelineConfig['queue'];
}

export function configuredWebhooks(config: Pick<PipelineConfig, 'webhook' | 'routes' | 'queue'>): ConfiguredWebhook[] {
  const own = { path: 'webhook', route: null, webhook: config.webhook, queue: config.queue };
  const ofRoutes = config.routes.map((route, index) => ({
    path: `routes.${index}.webhook`,
    route: route.name,
    webhook: route.webhook,
    queue: queueOfRoute(config, route),
  }));
  return [own, ...ofRoutes].flatMap(({ webhook, ...rest }) => (webhook === null ? [] : [{ ...rest, webhook }]));
}

/**
 * Seconds from the first attempt to post a mail to the moment when it is a dead letter, at most: each attempt takes the
 * whole timeout of the function, or ends with it and comes again after the visibility timeout of the queue.
 */
export function postingSeconds(queue: Pick<PipelineConfig['queue'], 'maxReceiveCount' | 'visibilityTimeoutSeconds'>) {
  let seconds = 0;
  for (let attempt = 1; attempt <= queue.maxReceiveCount; attempt += 1) {
    const delay = attempt < queue.maxReceiveCount ? webhookDelaySeconds(attempt, WEBHOOK_RETRY_BASE_SECONDS) : 0;
    seconds += Math.max(queue.visibilityTimeoutSeconds, WEBHOOK_TIMEOUT_SECONDS + delay);
  }
  return seconds;
}

/** Null when nothing is posted. @throws PermanentError `config.invalid` when a webhook cannot work at that place */
export function webhookSettings(
  config: PipelineConfig,
  place: WebhookPlace,
  placement: Pick<WebhookSettings, 'parsedMailQueue' | 'metricsNamespace'>,
): WebhookSettings | null {
  const webhooks = configuredWebhooks(config).map((configured) => placed(configured, place));
  if (webhooks.length === 0) return null;
  return { ...placement, webhooks, retryBaseSeconds: WEBHOOK_RETRY_BASE_SECONDS, allowLoopback: place === 'local' };
}

function placed({ path, route, webhook, queue }: ConfiguredWebhook, place: WebhookPlace): Webhook {
  const { url, format, deadlineSeconds, maxBodyBytes } = webhook;
  if (place === 'aws' && !url.startsWith('https:')) {
    throw invalid(`${path}.url is ${JSON.stringify(url)}: a deployment posts to https only`);
  }
  return {
    route,
    url,
    format,
    key: keyAt(path, webhook, place),
    deadlineMs: 1000 * deadlineSeconds,
    maxBodyBytes,
    maxReceives: queue.maxReceiveCount,
  };
}

/** A webhook that is signed at one place is signed at the other. */
function keyAt(path: string, { secretArn, secretFile }: WebhookConfig, place: WebhookPlace): WebhookKey {
  if (secretArn === null && secretFile === null) return null;
  if (place === 'aws') {
    if (secretArn !== null) return { kind: 'secret', secretId: secretArn };
    throw invalid(`${path}.secretArn is null: a deployment has no ${path}.secretFile, name a secret with the key`);
  }
  if (secretFile !== null) return { kind: 'file', file: secretFile };
  throw invalid(`${path}.secretFile is null: local mode has no Secrets Manager, name a file with a key`);
}

const invalid = (line: string) => new PermanentError('config.invalid', `pipeline.config.ts:\n  ${line}`);
