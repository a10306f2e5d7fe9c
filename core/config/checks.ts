import type { z } from 'zod';
import { QUARANTINE_ROUTE } from '../mail/routes.ts';
import { FARGATE_SIZES } from './ingress.ts';
import { MAX_RETENTION_SECONDS } from './queue.ts';
import { COMPREHEND_REGIONS, SES_RECEIVING_REGIONS, TEXTRACT_REGIONS } from './regions.ts';
import { queueOfRoute, routingSettings } from './routes.ts';
import type { PipelineConfig } from './schema.ts';
import { configuredWebhooks, postingSeconds, WEBHOOK_TIMEOUT_SECONDS } from './webhook-settings.ts';

interface Finding {
  /** The field to change. */
  path: string[];
  message: string;
}

/** What no field can see by itself. Each finding says which field to change and to what. */
export function checkTogether(config: PipelineConfig, context: z.core.$RefinementCtx<PipelineConfig>): void {
  for (const { path, message } of [
    ...domainFindings(config),
    ...queueFindings(config),
    ...routeFindings(config),
    ...malwareFindings(config),
    ...webhookFindings(config),
    ...storageFindings(config),
    ...ingressFindings(config),
    ...enrichmentFindings(config),
  ]) {
    context.addIssue({ code: 'custom', path, message });
  }
}

function* domainFindings({ domains = [] }: PipelineConfig): Generator<Finding> {
  const names = domains.map((domain) => domain.toLowerCase());
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) {
      yield { path: ['domains', String(index)], message: 'it is listed already: leave it out here' };
    }
  }
}

function* queueFindings({ queue }: PipelineConfig): Generator<Finding> {
  if (queue.retentionSeconds <= queue.visibilityTimeoutSeconds) {
    yield {
      path: ['queue', 'retentionSeconds'],
      message: `it has to be longer than queue.visibilityTimeoutSeconds (${queue.visibilityTimeoutSeconds}), or messages expire while they are worked on`,
    };
  }
}

/** The environment of a function holds 4 KB in all (AWS quota); the rest of it takes less than one. */
const ENVIRONMENT_ROOM_BYTES = 3_000;

function* routeFindings(config: PipelineConfig): Generator<Finding> {
  const names = config.routes.map(({ name }) => name);
  for (const [index, { route }] of config.smtp.recipients.entries()) {
    if (route === null || names.includes(route)) continue;
    yield {
      path: ['smtp', 'recipients', String(index), 'route'],
      message: `there is no such route: name one of \`routes\` (${names.join(', ') || 'none so far'}), or add { name: ${JSON.stringify(route)} } there`,
    };
  }
  for (const [index, route] of config.routes.entries()) {
    const path = ['routes', String(index)];
    if (names.indexOf(route.name) !== index) {
      yield { path: [...path, 'name'], message: 'another route has that name: choose one of its own' };
    }
    const givenByEdge = config.smtp.recipients.some((recipient) => recipient.route === route.name);
    if (route.recipients === null && route.kinds === null && route.headers === null && !givenByEdge) {
      yield {
        path: [...path, 'name'],
        message: 'no rule leads there: give it recipients, kinds or headers, or name it in smtp.recipients',
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

function* malwareFindings({ routes, enrichment }: PipelineConfig): Generator<Finding> {
  const { guardDuty, clamd, quarantine, readGate } = enrichment.malware;
  const path = ['enrichment', 'malware'];
  if (quarantine && !guardDuty && clamd === null) {
    yield {
      path: [...path, 'quarantine'],
      message:
        'nothing says of a mail that it is infected: set enrichment.malware.guardDuty to true, or give enrichment.malware.clamd',
    };
  }
  if (readGate && !guardDuty) {
    yield {
      path: [...path, 'readGate'],
      message: 'only GuardDuty opens the gate, by the tag that it sets: set enrichment.malware.guardDuty to true',
    };
  }
  const taken = routes.findIndex(({ name }) => name === QUARANTINE_ROUTE);
  if (quarantine && taken !== -1) {
    yield {
      path: ['routes', String(taken), 'name'],
      message: 'that is the queue of infected mails while enrichment.malware.quarantine is true: choose another name',
    };
  }
}

function* webhookFindings(config: PipelineConfig): Generator<Finding> {
  const webhooks = configuredWebhooks(config);
  for (const { path, webhook, queue } of webhooks) {
    const at = path.split('.');
    const { format, secretArn, secretFile } = webhook;
    if (format === 'mailgun' && secretArn === null && secretFile === null) {
      yield { path: [...at, 'secretArn'], message: 'the format of Mailgun is signed: name a secret, or a secretFile' };
    }
    if (secretArn !== null && config.region !== null && secretArn.split(':')[3] !== config.region) {
      yield {
        path: [...at, 'secretArn'],
        message: `the secret has to be in the region of the deployment, ${config.region}`,
      };
    }
    if (queue.visibilityTimeoutSeconds < WEBHOOK_TIMEOUT_SECONDS) {
      yield {
        path: [...at.slice(0, -1), 'queue', 'visibilityTimeoutSeconds'],
        message: `posting a mail takes up to ${WEBHOOK_TIMEOUT_SECONDS} seconds: write that or more`,
      };
    }
    yield* retentionFindings(at.slice(0, -1), queue);
  }
  const bytes = Buffer.byteLength(JSON.stringify(webhooks.map(({ webhook }) => webhook)));
  if (bytes > ENVIRONMENT_ROOM_BYTES) {
    yield { path: ['webhook'], message: `all webhooks together take ${bytes} bytes: write shorter URLs` };
  }
}

/** SQS deletes a message that is too old wherever it is, and tells nobody: no dead letter, no alarm. */
function* retentionFindings(at: string[], queue: PipelineConfig['queue']): Generator<Finding> {
  const { maxReceiveCount, retentionSeconds } = queue;
  const seconds = postingSeconds(queue);
  if (seconds < retentionSeconds) return;
  const why = `posting a mail ${maxReceiveCount} times takes up to ${seconds} seconds, and SQS deletes a message older than retentionSeconds (${retentionSeconds}) without a dead letter`;
  if (seconds < MAX_RETENTION_SECONDS) {
    const message = `${why}: write more than ${seconds}, or a lower maxReceiveCount`;
    yield { path: [...at, 'queue', 'retentionSeconds'], message };
    return;
  }
  let most = maxReceiveCount;
  while (most > 1 && postingSeconds({ ...queue, maxReceiveCount: most }) >= retentionSeconds) most -= 1;
  yield { path: [...at, 'queue', 'maxReceiveCount'], message: `${why}: write ${most} or less` };
}

function* storageFindings({ storage, teardown }: PipelineConfig): Generator<Finding> {
  const {
    rawInfrequentAccessAfterDays: infrequent,
    rawGlacierAfterDays: glacier,
    rawExpireAfterDays: expire,
  } = storage;
  if (infrequent !== null && glacier !== null && glacier < infrequent + 30) {
    yield {
      path: ['storage', 'rawGlacierAfterDays'],
      message: `S3 wants it 30 days after storage.rawInfrequentAccessAfterDays (${infrequent}) or later: write ${infrequent + 30} or more`,
    };
  }
  const lastMove = Math.max(infrequent ?? 0, glacier ?? 0);
  if (expire !== null && expire <= lastMove) {
    yield {
      path: ['storage', 'rawExpireAfterDays'],
      message: `raw mails would be deleted before they move to a cheaper class on day ${lastMove}: write a later day`,
    };
  }
  if (storage.objectLockDays !== null && expire !== null && expire < storage.objectLockDays) {
    yield {
      path: ['storage', 'rawExpireAfterDays'],
      message: `it has to be storage.objectLockDays (${storage.objectLockDays}) or more: a locked mail cannot be deleted earlier`,
    };
  }
  if (storage.objectLockDays !== null && teardown === 'remove') {
    yield {
      path: ['teardown'],
      message: 'a bucket with storage.objectLockDays cannot be emptied: write "keep", or leave objectLockDays out',
    };
  }
}

function* ingressFindings({ ingress, region, fargate, network, tls }: PipelineConfig): Generator<Finding> {
  if (ingress !== 'fargate' && region === null) {
    yield {
      path: ['region'],
      message: `name the region: SES with ingress "${ingress}" receives mail in some of them only`,
    };
  }
  if (ingress !== 'fargate' && region !== null && !SES_RECEIVING_REGIONS.includes(region)) {
    yield {
      path: ['region'],
      message: `SES receives no mail there: choose one of ${SES_RECEIVING_REGIONS.join(', ')}, or set ingress to "fargate"`,
    };
  }
  const sizes = FARGATE_SIZES[fargate.cpu];
  if (sizes !== undefined && !sizes.offered.includes(fargate.memoryMb)) {
    yield {
      path: ['fargate', 'memoryMb'],
      message: `with fargate.cpu ${fargate.cpu}, Fargate offers ${sizes.text}: write one of these`,
    };
  }
  if (fargate.maxTasks < fargate.minTasks) {
    yield { path: ['fargate', 'maxTasks'], message: `it has to be fargate.minTasks (${fargate.minTasks}) or more` };
  }
  if (network.mode === 'isolated' && fargate.imageUri !== null && !/\.dkr\.ecr\./.test(fargate.imageUri)) {
    yield {
      path: ['fargate', 'imageUri'],
      message: 'an isolated network reaches ECR only: copy the image into an ECR repository, or choose another network',
    };
  }
  if (tls.secretArn !== null && region !== null && tls.secretArn.split(':')[3] !== region) {
    yield { path: ['tls', 'secretArn'], message: `the secret has to be in the region of the deployment, ${region}` };
  }
}

function* enrichmentFindings({ region, enrichment }: PipelineConfig): Generator<Finding> {
  const { ocr, sentiment, entities, pii } = enrichment;
  if (ocr.enabled && region !== null && !TEXTRACT_REGIONS.includes(region)) {
    yield {
      path: ['enrichment', 'ocr', 'enabled'],
      message: `${region} has no Amazon Textract: write false, or choose another region, one of ${TEXTRACT_REGIONS.join(', ')}`,
    };
  }
  if (sentiment !== 'comprehend' && !entities && !pii) return;
  const wanted =
    sentiment === 'comprehend' ? 'enrichment.sentiment' : entities ? 'enrichment.entities' : 'enrichment.pii';
  if (region === null) {
    yield {
      path: ['region'],
      message: `name the region: ${wanted} is done by Amazon Comprehend, which only some have`,
    };
  } else if (!COMPREHEND_REGIONS.includes(region)) {
    yield {
      path: ['region'],
      message: `it has no Amazon Comprehend: choose one of ${COMPREHEND_REGIONS.join(', ')}, or turn ${wanted} off`,
    };
  }
}
