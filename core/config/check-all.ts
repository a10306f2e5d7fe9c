import { CANARY_ROUTE, QUARANTINE_ROUTE } from '../mail/routes.ts';
import type { Finding } from '../settings/explain.ts';
import { deploymentFindings } from './check-deployment.ts';
import { WEBHOOK_TIMEOUT_SECONDS } from './functions.ts';
import { configuredWebhooks, type QueueConfig, queueOfRoute } from './published-queues.ts';
import { MAX_RETENTION_SECONDS } from './queue.ts';
import { COMPREHEND_REGIONS, TEXTRACT_REGIONS } from './regions.ts';
import type { PipelineConfig } from './schema.ts';
import { secretElsewhere } from './secret-arn.ts';
import { routingSettings } from './to-settings.ts';
import { postingSeconds } from './webhook.ts';

/** Checks that span several areas of the configuration. */
export function* checkAll(config: PipelineConfig): Generator<Finding> {
  yield* routeFindings(config);
  yield* quarantineFindings(config);
  yield* canaryFindings(config);
  yield* webhookFindings(config);
  yield* deploymentFindings(config);
  yield* enrichmentFindings(config);
}

/** AWS limits the environment of a function to 4 KB in total; the other variables take less than 1 KB. */
const ENVIRONMENT_ROOM_BYTES = 3_000;

function* routeFindings(config: PipelineConfig): Generator<Finding> {
  const names = config.routes.map(({ name }) => name);
  for (const [index, { route }] of config.smtp.recipients.entries()) {
    if (route === null || names.includes(route)) continue;
    yield {
      path: ['smtp', 'recipients', index, 'route'],
      message: `there is no such route: name one of \`routes\` (${names.join(', ') || 'none so far'}), or add { name: ${JSON.stringify(route)} } there`,
    };
  }
  for (const [index, route] of config.routes.entries()) {
    const path = ['routes', index];
    const assignedByEdge = config.smtp.recipients.some((recipient) => recipient.route === route.name);
    if (route.recipients === null && route.kinds === null && route.headers === null && !assignedByEdge) {
      yield {
        path: [...path, 'name'],
        message: 'no mail can match this route: give it recipients, kinds or headers, or name it in smtp.recipients',
      };
    }
    const queue = queueOfRoute(config, route);
    if (queue.retentionSeconds <= queue.visibilityTimeoutSeconds) {
      yield {
        path: [...path, 'queue'],
        message: `its retentionSeconds (${queue.retentionSeconds}) has to be longer than its visibilityTimeoutSeconds (${queue.visibilityTimeoutSeconds})`,
      };
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(routingSettings(config)));
  if (config.routes.length > 0 && bytes > ENVIRONMENT_ROOM_BYTES) {
    yield {
      path: ['routes'],
      message: `the rules take ${bytes} bytes, and the environment of a function has room for ${ENVIRONMENT_ROOM_BYTES}: use patterns such as *@example.com, or name routes in smtp.recipients`,
    };
  }
}

function* quarantineFindings({ routes, enrichment }: PipelineConfig): Generator<Finding> {
  const taken = routes.findIndex(({ name }) => name === QUARANTINE_ROUTE);
  const { quarantine } = enrichment.malware;
  if (quarantine !== false && taken !== -1) {
    yield {
      path: ['routes', taken, 'name'],
      message: `this name is reserved for infected mails while enrichment.malware.quarantine is ${JSON.stringify(quarantine)}: choose another name`,
    };
  }
  if (quarantine !== 'unscanned') return;
  for (const [index, route] of routes.entries()) {
    if (route.enrichment === null || route.enrichment.includes('malware')) continue;
    yield {
      path: ['routes', index, 'enrichment'],
      message:
        'nothing scans the attachments of its mails, so enrichment.malware.quarantine "unscanned" would hold them all back: add "malware"',
    };
  }
}

function* canaryFindings({ routes, canary, ingress }: PipelineConfig): Generator<Finding> {
  if (canary === null) return;
  const taken = routes.findIndex(({ name }) => name === CANARY_ROUTE);
  if (taken !== -1) {
    yield {
      path: ['routes', taken, 'name'],
      message: 'this name is reserved for canary mails while `canary` is set: choose another name',
    };
  }
  if (ingress === 'ses') {
    yield {
      path: ['canary'],
      message:
        'canary mails go to the edge, which ingress "ses" does not have: leave it out, and run "mail-pipeline doctor" on your own schedule',
    };
  }
}

function* webhookFindings(config: PipelineConfig): Generator<Finding> {
  const webhooks = configuredWebhooks(config);
  for (const { path, webhook, queue } of webhooks) {
    yield* secretElsewhere([...path, 'secretArn'], webhook.secretArn, config.region);
    const ofQueue = [...path.slice(0, -1), 'queue'];
    if (queue.visibilityTimeoutSeconds < WEBHOOK_TIMEOUT_SECONDS) {
      yield {
        path: [...ofQueue, 'visibilityTimeoutSeconds'],
        message: `posting a mail takes up to ${WEBHOOK_TIMEOUT_SECONDS} seconds: write that or more`,
      };
    }
    yield* retentionFindings(ofQueue, queue);
  }
  const bytes = Buffer.byteLength(JSON.stringify(webhooks.map(({ webhook }) => webhook)));
  if (bytes > ENVIRONMENT_ROOM_BYTES) {
    yield { path: ['webhook'], message: `all webhooks together take ${bytes} bytes: write shorter URLs` };
  }
}

/** SQS deletes an expired message silently, even while it is in flight: no dead letter, no alarm. */
function* retentionFindings(ofQueue: Finding['path'], queue: QueueConfig): Generator<Finding> {
  const { maxReceiveCount, retentionSeconds } = queue;
  const seconds = postingSeconds(queue);
  if (seconds < retentionSeconds) return;
  const why = `posting a mail ${maxReceiveCount} times takes up to ${seconds} seconds, and SQS deletes a message older than retentionSeconds (${retentionSeconds}) without a dead letter`;
  if (seconds < MAX_RETENTION_SECONDS) {
    const message = `${why}: write more than ${seconds}, or a lower maxReceiveCount`;
    yield { path: [...ofQueue, 'retentionSeconds'], message };
    return;
  }
  let most = maxReceiveCount;
  while (most > 1 && postingSeconds({ ...queue, maxReceiveCount: most }) >= retentionSeconds) most -= 1;
  yield { path: [...ofQueue, 'maxReceiveCount'], message: `${why}: write ${most} or less` };
}

function* enrichmentFindings({ region, enrichment }: PipelineConfig): Generator<Finding> {
  const { ocr, sentiment, entities, pii } = enrichment;
  if (ocr.enabled && region !== null && !TEXTRACT_REGIONS.includes(region)) {
    yield {
      path: ['enrichment', 'ocr', 'enabled'],
      message: `Amazon Textract is not available in ${region}: write false, or choose another region, one of ${TEXTRACT_REGIONS.join(', ')}`,
    };
  }
  if (sentiment !== 'comprehend' && !entities && !pii) return;
  const setting =
    sentiment === 'comprehend' ? 'enrichment.sentiment' : entities ? 'enrichment.entities' : 'enrichment.pii';
  if (region === null) {
    yield {
      path: ['region'],
      message: `set the region: ${setting} uses Amazon Comprehend, which only some regions have`,
    };
  } else if (!COMPREHEND_REGIONS.includes(region)) {
    yield {
      path: ['region'],
      message: `Amazon Comprehend is not available there: choose one of ${COMPREHEND_REGIONS.join(', ')}, or turn ${setting} off`,
    };
  }
}
