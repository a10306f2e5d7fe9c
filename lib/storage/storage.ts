import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { ENRICHER_TIMEOUT_SECONDS, WORK_MAX_RECEIVES } from '../../core/config/functions.ts';
import {
  canaryQueue,
  configuredWebhooks,
  hasQuarantine,
  maxReceivesOf,
  queueOfRoute,
} from '../../core/config/published-queues.ts';
import { CANARY_ROUTE, QUARANTINE_ROUTE } from '../../core/mail/routes.ts';
import { acknowledge } from '../acknowledge.ts';
import { type Names, type QueueName, routeQueueName } from '../names.ts';
import { DEAD_LETTER_TIMEOUT } from '../processing/timeouts.ts';
import { bucketDefaults } from './bucket-defaults.ts';
import { ContentBucket } from './content-bucket.ts';
import { allowServices, type EncryptionKeys, OwnKeys } from './encryption-keys.ts';
import { MalwareProtection } from './malware-protection.ts';
import { RawBucket } from './raw-bucket.ts';
import { WorkQueue } from './work-queue.ts';

export interface StorageProps {
  config: DeployableConfig;
  names: Names;
  /** Replaces the pipeline's own keys. */
  key?: IKey | null;
}

/** Buckets and queues: everything that stores mail. */
export class Storage extends Construct {
  readonly raw: Bucket;
  readonly content: Bucket;
  readonly rawMail: WorkQueue;
  /** Queue of mails waiting for enrichment. */
  readonly enrich: WorkQueue;
  /** Queue of notices from asynchronous services. */
  readonly enrichResults: WorkQueue;
  readonly parsedMail: WorkQueue;
  /** Queues of the routes by name, including the quarantine. */
  readonly routes: ReadonlyMap<string, WorkQueue>;
  /** Null with AWS managed keys. */
  readonly keys: EncryptionKeys | null;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    const { config, names } = props;
    const removalPolicy = config.teardown === 'remove' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const receiptRuleArn =
      config.ingress === 'fargate' ? null : names.receiptRuleArn(config.ses.ruleSet ?? names.receiptRule());
    const { ocr, malware } = config.enrichment;
    this.keys = this.#keys(props, removalPolicy);
    if (this.keys !== null) {
      allowServices(this, this.keys, { names, receiptRuleArn, ocr: ocr.enabled, guardDuty: malware.guardDuty });
    }
    const queueDefaults = { names, key: this.keys?.queues ?? null };
    this.rawMail = new WorkQueue(this, 'RawMail', {
      ...queueDefaults,
      name: 'raw-mail',
      // AWS recommends six times the timeout of the function that reads the queue.
      visibilityTimeout: Duration.seconds(6 * config.parser.timeoutSeconds),
      deadLetterVisibilityTimeout: Duration.seconds(6 * DEAD_LETTER_TIMEOUT.toSeconds()),
      retention: Duration.days(14),
      maxReceiveCount: WORK_MAX_RECEIVES,
      purgeable: false,
    });
    const enrichment = (constructId: string, name: QueueName) =>
      new WorkQueue(this, constructId, {
        ...queueDefaults,
        name,
        visibilityTimeout: Duration.seconds(6 * ENRICHER_TIMEOUT_SECONDS),
        deadLetterVisibilityTimeout: Duration.seconds(6 * DEAD_LETTER_TIMEOUT.toSeconds()),
        retention: Duration.days(14),
        maxReceiveCount: WORK_MAX_RECEIVES,
        purgeable: false,
      });
    this.enrich = enrichment('Enrich', 'enrich');
    this.enrichResults = enrichment('EnrichResults', 'enrich-results');
    if (ocr.enabled) this.#hearFromTextract(names);
    const consumed = (
      constructId: string,
      name: QueueName,
      queue: DeployableConfig['queue'],
      webhook: DeployableConfig['webhook'],
    ) =>
      new WorkQueue(this, constructId, {
        ...queueDefaults,
        name,
        visibilityTimeout: Duration.seconds(queue.visibilityTimeoutSeconds),
        deadLetterVisibilityTimeout: Duration.seconds(queue.visibilityTimeoutSeconds),
        retention: Duration.seconds(queue.retentionSeconds),
        maxReceiveCount: maxReceivesOf(queue, webhook),
        purgeable: true,
      });
    this.parsedMail = consumed('ParsedMail', 'parsed-mail', config.queue, config.webhook);
    const routes = config.routes.map((route): [string, WorkQueue] => {
      const queue = queueOfRoute(config, route);
      return [route.name, consumed(`Route-${route.name}`, routeQueueName(route.name), queue, route.webhook)];
    });
    const quarantine = hasQuarantine(config)
      ? consumed('Quarantine', routeQueueName(QUARANTINE_ROUTE), config.queue, null)
      : null;
    this.routes = new Map(quarantine === null ? routes : [...routes, [QUARANTINE_ROUTE, quarantine]]);
    if (config.canary !== null) consumed('Canary', routeQueueName(CANARY_ROUTE), canaryQueue(config), null);
    const accessLogs = new Bucket(this, 'AccessLogs', {
      // S3 delivers access logs only to buckets encrypted with its own key.
      ...bucketDefaults({ key: null, removalPolicy }),
      bucketName: names.bucket('logs'),
      lifecycleRules: [{ id: 'logs', expiration: Duration.days(config.storage.accessLogExpireAfterDays) }],
    });
    acknowledge(accessLogs, {
      'AwsSolutions-S1': 'It stores the access logs of the other buckets; logging its own access would never end.',
    });
    const bucketProps = {
      names,
      storage: config.storage,
      key: this.keys?.storage ?? null,
      accessLogs,
      removalPolicy,
    };
    this.raw = new RawBucket(this, 'Raw', { ...bucketProps, queue: this.rawMail.queue, receiptRuleArn }).bucket;
    this.content = new ContentBucket(this, 'Content', bucketProps).bucket;
    if (malware.guardDuty) {
      new MalwareProtection(this, 'MalwareProtection', {
        names,
        bucket: this.content,
        key: bucketProps.key,
        results: this.enrichResults,
        readGate: malware.readGate ? attachmentReaders(config, names) : null,
      });
    }
    this.#addOutputs(quarantine);
  }

  /** The queue of a route; null for mails that match no route. @throws Error for a route that is not configured */
  queueOf(route: string | null): WorkQueue {
    const queue = route === null ? this.parsedMail : this.routes.get(route);
    if (queue === undefined) throw new Error(`there is no route ${route}: ${[...this.routes.keys()].join(', ')}`);
    return queue;
  }

  #keys({ config, names, key = null }: StorageProps, removalPolicy: RemovalPolicy): EncryptionKeys | null {
    if (key !== null) return { storage: key, queues: key };
    return config.encryption === 'customer-managed' ? new OwnKeys(this, 'Keys', { names, removalPolicy }) : null;
  }

  /** Names the topic, which is in another stack, by ARN, so that the queue's policy does not depend on it. */
  #hearFromTextract(names: Names): void {
    this.enrichResults.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TextractNotices',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.enrichResults.queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': names.textractTopicArn() } },
      }),
    );
  }

  #addOutputs(quarantine: WorkQueue | null): void {
    const outputs: Record<string, [value: string, description: string]> = {
      ParsedMailQueueUrl: [this.parsedMail.queue.queueUrl, 'The queue to consume'],
      ParsedMailQueueArn: [this.parsedMail.queue.queueArn, 'The queue to consume'],
      ParsedMailDeadLetterQueueUrl: [this.parsedMail.deadLetters.queueUrl, 'Messages your consumer failed on'],
      RawMailQueueUrl: [this.rawMail.queue.queueUrl, 'Events of stored mails, read by the parser'],
      RawMailDeadLetterQueueUrl: [this.rawMail.deadLetters.queueUrl, 'Events the parser failed on'],
      RawBucketName: [this.raw.bucketName, 'Original bytes of mails'],
      ContentBucketName: [this.content.bucketName, 'Documents, attachments and failure records'],
    };
    if (quarantine !== null) outputs['QuarantineQueueUrl'] = [quarantine.queue.queueUrl, 'Infected mails'];
    for (const [name, [value, description]] of Object.entries(outputs))
      new CfnOutput(this, name, { value, description });
  }
}

/**
 * Functions that need attachments before or regardless of the verdict of GuardDuty. Names without a role are harmless.
 */
function attachmentReaders(config: DeployableConfig, names: Names): string[] {
  return [names.roleArn('enricher'), ...(configuredWebhooks(config).length > 0 ? [names.roleArn('webhook')] : [])];
}
