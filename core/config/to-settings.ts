import { stepSettingsAt } from '../enrich/step-settings.ts';
import { keyAt, type Platform, serviceAt } from '../http/signed-service.ts';
import { CANARY_MAILBOX } from '../mail/canary.ts';
import { CANARY_ROUTE, QUARANTINE_ROUTE } from '../mail/routes.ts';
import { WEBHOOK_RETRY_BASE_SECONDS } from '../outcome/webhook-delay.ts';
import type { EdgeSettings } from '../settings/edge.ts';
import type { EnricherSettings } from '../settings/enricher.ts';
import type { EnrichmentSettings } from '../settings/enrichment.ts';
import type { ParserSettings } from '../settings/parser.ts';
import type { PublishingSettings, RouteSettings, RoutingSettings } from '../settings/publishing.ts';
import type { ReconcilerSettings } from '../settings/reconciler.ts';
import type { Webhook, WebhookSettings } from '../settings/webhook.ts';
import { MAX_ATTEMPTS, RECONCILER, RETRY_BASE_SECONDS } from './functions.ts';
import { type ConfiguredWebhook, configuredWebhooks, hasQuarantine, queueOfRoute } from './published-queues.ts';
import type { PipelineConfig } from './schema.ts';

/*
 * The settings of each program, from the configuration and from where the program runs. Local mode and the CDK app both
 * build them here.
 */

const UNDEPLOYED = {
  listenAddress: '127.0.0.1',
  smtpPort: 2525,
  healthPort: 8080,
  tls: { kind: 'self-signed' },
  drainDelayMs: 0,
  drainDeadlineMs: 100_000,
  probePrefix: null,
  memoryBytes: null,
  metricsNamespace: null,
} as const satisfies Partial<EdgeSettings>;

type EdgePlacement = Pick<EdgeSettings, 'rawBucket' | 'hostname'> &
  Partial<Pick<EdgeSettings, keyof typeof UNDEPLOYED>>;

/** Location of the STARTTLS certificates on this machine. */
export const localTls = ({ tls: { secretFile } }: Pick<PipelineConfig, 'tls'>): EdgeSettings['tls'] =>
  secretFile === null ? UNDEPLOYED.tls : { kind: 'files', certificateFile: secretFile, keyFile: secretFile };

export function edgeSettings(
  { domains = [], smtp, canary }: Pick<PipelineConfig, 'domains' | 'smtp' | 'canary'>,
  placement: EdgePlacement,
): EdgeSettings {
  // An empty list accepts every recipient.
  const admitsCanary = canary === null || smtp.recipients.length === 0;
  const recipients = admitsCanary ? smtp.recipients : [{ match: CANARY_MAILBOX, route: null }, ...smtp.recipients];
  return { ...UNDEPLOYED, domains, ...smtp, recipients, ...placement };
}

type Routing = Pick<PipelineConfig, 'queue' | 'routes' | 'smtp' | 'enrichment' | 'canary'>;
type Publishing = Routing & Pick<PipelineConfig, 'events'>;
type PublishingPlacement = Pick<PublishingSettings, 'contentBucket' | 'destinationQueue' | 'metricsNamespace'>;

export function publishingSettings<Placement extends PublishingPlacement>(config: Publishing, placement: Placement) {
  return {
    queueMessageLimitBytes: config.queue.messageLimitBytes,
    oversize: config.queue.oversize,
    routing: routingSettings(config),
    eventBus: config.events.busName,
    ...placement,
  } satisfies PublishingSettings;
}

export function routingSettings(config: Routing): RoutingSettings {
  const assignedByEdge = new Set(config.smtp.recipients.map(({ route }) => route));
  return {
    tagSeparator: config.smtp.tagSeparator,
    routes: [
      ...(config.canary === null ? [] : [canaryRoute(config)]),
      ...config.routes.map((route) => ({
        name: route.name,
        recipients: route.recipients ?? (assignedByEdge.has(route.name) ? [] : null),
        kinds: route.kinds,
        headers: route.headers,
        maxMailBytes: route.maxMailBytes,
        messageLimitBytes: queueOfRoute(config, route).messageLimitBytes,
        enrichment: route.enrichment,
      })),
      ...(hasQuarantine(config) ? [quarantineRoute(config)] : []),
    ],
  };
}

/** A rule that matches no mail: only a malware verdict sends mails there. */
const quarantineRoute = ({ queue }: Pick<PipelineConfig, 'queue'>): RouteSettings => ({
  name: QUARANTINE_ROUTE,
  recipients: [],
  kinds: null,
  headers: null,
  maxMailBytes: null,
  messageLimitBytes: queue.messageLimitBytes,
  enrichment: null,
});

/** Before all others: mail to this mailbox goes to its queue only. */
const canaryRoute = ({ queue }: Pick<PipelineConfig, 'queue'>): RouteSettings => ({
  name: CANARY_ROUTE,
  recipients: [CANARY_MAILBOX],
  kinds: null,
  headers: null,
  maxMailBytes: null,
  messageLimitBytes: queue.messageLimitBytes,
  enrichment: [],
  sole: true,
});

/** For parser and enricher. @throws PermanentError `config.invalid` when a service cannot work on that platform */
export function enrichmentSettings(
  { enrichment }: Pick<PipelineConfig, 'enrichment'>,
  platform: Platform,
): EnrichmentSettings {
  return { ...enrichment, ...stepSettingsAt(enrichment, platform) };
}

/** Share of the function's timeout for reading the MIME of one mail; the rest is for building its document. */
const PARSE_SHARE = 0.6;

type ParserPlacement = PublishingPlacement & Pick<ParserSettings, 'eventQueue' | 'deadLetterQueue' | 'enrichQueue'>;

/** @throws PermanentError `config.invalid` when a service cannot work on that platform */
export function parserSettings(
  config: Publishing & Pick<PipelineConfig, 'parser'>,
  platform: Platform,
  placement: ParserPlacement,
): ParserSettings {
  return {
    ...config.parser,
    ...publishingSettings(config, placement),
    maxAttempts: MAX_ATTEMPTS,
    retryBaseSeconds: RETRY_BASE_SECONDS.parser,
    enrichment: enrichmentSettings(config, platform),
    parseDeadlineMs: Math.floor(PARSE_SHARE * 1000 * config.parser.timeoutSeconds),
  };
}

type EnricherPlacement = PublishingPlacement &
  Pick<EnricherSettings, 'enrichQueue' | 'resultsQueue' | 'deadLetterQueue' | 'textract' | 'tesseractFrom'>;

/** @throws PermanentError `config.invalid` when a service cannot work on that platform */
export function enricherSettings(
  config: Publishing,
  platform: Platform,
  placement: EnricherPlacement,
): EnricherSettings {
  return {
    ...publishingSettings(config, placement),
    maxAttempts: MAX_ATTEMPTS,
    retryBaseSeconds: RETRY_BASE_SECONDS.enricher,
    enrichment: enrichmentSettings(config, platform),
    allowLoopback: platform === 'local',
  };
}

export const reconcilerSettings = (
  placement: Omit<ReconcilerSettings, keyof typeof RECONCILER>,
): ReconcilerSettings => ({ ...RECONCILER, ...placement });

/** Null when nothing is posted. @throws PermanentError `config.invalid` when a webhook cannot work on that platform */
export function webhookSettings(
  config: PipelineConfig,
  platform: Platform,
  placement: Pick<WebhookSettings, 'parsedMailQueue' | 'contentBucket' | 'metricsNamespace'>,
): WebhookSettings | null {
  const webhooks = configuredWebhooks(config).map((configured) => webhookAt(configured, platform));
  if (webhooks.length === 0) return null;
  return { ...placement, webhooks, retryBaseSeconds: WEBHOOK_RETRY_BASE_SECONDS, allowLoopback: platform === 'local' };
}

/** A webhook that is signed locally is signed in a deployment, and vice versa. */
function webhookAt({ path, route, webhook, queue }: ConfiguredWebhook, platform: Platform): Webhook {
  const at = path.join('.');
  const signed = webhook.secretArn !== null || webhook.secretFile !== null;
  return {
    ...serviceAt(at, webhook, platform),
    route,
    key: signed ? keyAt(at, webhook, platform) : null,
    maxAttempts: queue.maxReceiveCount,
  };
}
