import { Aws } from 'aws-cdk-lib';
import { publishedQueues } from '../core/config/published-queues.ts';
import type { PipelineConfig } from '../core/config/schema.ts';
import type { ServiceName } from '../core/metrics/names.ts';
import {
  deadLetterQueue,
  PRODUCT,
  type StackRole,
  stageBucket,
  stageQueue,
  stageStack,
} from '../core/settings/stage-names.ts';

export type QueueName = 'raw-mail' | 'enrich' | 'enrich-results' | 'parsed-mail' | `parsed-mail-${string}`;

/** Queue of a route of the configuration. */
export const routeQueueName = (route: string): QueueName => `parsed-mail-${route}`;
export type BucketName = 'raw' | 'content' | 'logs';

/**
 * Physical names. They are a contract: stages share an account without collisions, policies name resources of other
 * stacks without references (which would form a cycle), and a later deployment finds a kept bucket again.
 */
export class Names {
  readonly stage: string;

  constructor(stage: string) {
    this.stage = stage;
  }

  stack(role: StackRole): string {
    return stageStack(this.stage, role);
  }

  /** At most 63 characters (S3 limit): the longest stage, `content` and the longest region make 62. */
  bucket(name: BucketName): string {
    return stageBucket(this.stage, name, Aws.ACCOUNT_ID, Aws.REGION);
  }

  bucketArn(name: BucketName): string {
    return `arn:${Aws.PARTITION}:s3:::${this.bucket(name)}`;
  }

  queue(name: QueueName): string {
    return stageQueue(this.stage, name);
  }

  queueArn(name: QueueName): string {
    return `arn:${Aws.PARTITION}:sqs:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.queue(name)}`;
  }

  queueUrl(name: QueueName): string {
    return `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${this.queue(name)}`;
  }

  /** ARNs of every queue for parsed mails. */
  publishedQueueArns(config: Pick<PipelineConfig, 'queue' | 'webhook' | 'routes' | 'enrichment' | 'canary'>): string[] {
    return publishedQueues(config).map(({ route }) =>
      this.queueArn(route === null ? 'parsed-mail' : routeQueueName(route)),
    );
  }

  deadLetterQueue(name: QueueName): string {
    return deadLetterQueue(this.queue(name));
  }

  deadLetterQueueArn(name: QueueName): string {
    return deadLetterQueue(this.queueArn(name));
  }

  /** ARN of an event bus outside of the pipeline, whose name is not ours. */
  eventBusArn(bus: string): string {
    return `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/${bus}`;
  }

  /** Topic for notices from Textract. */
  textractTopic(): string {
    return `${PRODUCT}-${this.stage}-textract`;
  }

  textractTopicArn(): string {
    return `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.textractTopic()}`;
  }

  /** Rule for scan results of GuardDuty. */
  scanResultsRule(): string {
    return `${PRODUCT}-${this.stage}-scan-results`;
  }

  scanResultsRuleArn(): string {
    return `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${this.scanResultsRule()}`;
  }

  /** Role of a function. Includes the region, because IAM roles are global. */
  role(name: ServiceName): string {
    return `${this.service(name)}-${Aws.REGION}`;
  }

  roleArn(name: ServiceName): string {
    return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${this.role(name)}`;
  }

  service(name: ServiceName): string {
    return `${PRODUCT}-${this.stage}-${name}`;
  }

  logGroup(name: ServiceName): string {
    return `/${PRODUCT}/${this.stage}/${name}`;
  }

  /** Name of the receipt rule, and of the rule set if none is configured. */
  receiptRule(): string {
    return `${PRODUCT}-${this.stage}`;
  }

  receiptRuleArn(ruleSet: string): string {
    return `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:receipt-rule-set/${ruleSet}:receipt-rule/${this.receiptRule()}`;
  }

  alarm(slug: string): string {
    return `${PRODUCT}-${this.stage}-${slug}`;
  }

  /** Name of the CloudFront resources for the MTA-STS policy. */
  mtaSts(): string {
    return `${PRODUCT}-${this.stage}-mta-sts`;
  }

  mtaStsLogGroup(): string {
    return `/${PRODUCT}/${this.stage}/mta-sts`;
  }

  dashboard(): string {
    return `${PRODUCT}-${this.stage}`;
  }

  keyAlias(of: 'storage' | 'queues'): string {
    return `alias/${PRODUCT}-${this.stage}-${of}`;
  }
}
