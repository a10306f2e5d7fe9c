import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type IEventBus, type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../core/config/deployable.ts';
import { EVENT_SOURCE, MAIL_PARSED } from '../core/mail/mail-parsed-event.ts';
import { METRICS, type MetricKey } from '../core/metrics/names.ts';
import { asIBucket } from './cdk-types.ts';
import { Ingress } from './ingress/ingress.ts';
import { configOf, type MailPipelineProps } from './mail-pipeline-props.ts';
import { MtaSts } from './mta-sts/mta-sts.ts';
import { Names } from './names.ts';
import { givenNetwork, type IngressNetwork } from './network/ingress-network.ts';
import { Network } from './network/network.ts';
import { pipelineMetric } from './observability/metric.ts';
import { Observability } from './observability/observability.ts';
import { ParsedMailQueue } from './parsed-mail-queue.ts';
import { Processing } from './processing/processing.ts';
import { Storage } from './storage/storage.ts';

/**
 * Receives mail for domains and puts a JSON document for each mail on a queue. Creates the SMTP edge or Amazon SES
 * rules, buckets, queues, functions, alarms and a dashboard in the stack of its scope.
 *
 * @throws PermanentError `config.invalid` naming the prop and the remedy
 */
export class MailPipeline extends Construct {
  /** Part of every resource name, and the argument of `mail-pipeline console --stage`. */
  readonly stage: string;
  /** Queue for mails that match no route. */
  readonly parsedMail: ParsedMailQueue;
  /** The original bytes of every mail. */
  readonly rawBucket: IBucket;
  /** Documents, attachments and failure records. */
  readonly contentBucket: IBucket;
  /** Topic for alarms. */
  readonly alarmTopic: ITopic;
  /** The host that MX records of the domains name. With `ingress: 'both'` it is the edge, and SES is the fallback. */
  readonly mxTarget: string;
  readonly #routes: ReadonlyMap<string, ParsedMailQueue>;
  readonly #eventBus: IEventBus | null;

  constructor(scope: Construct, id: string, props: MailPipelineProps) {
    super(scope, id);
    const config = configOf(this, props);
    const parts = { config, names: new Names(config.stage) };
    const storage = new Storage(this, 'Storage', { ...parts, key: props.encryptionKey ?? null });
    const processing = new Processing(this, 'Processing', { ...parts, storage });
    const network = this.#network(parts, props);
    const ingress = new Ingress(this, 'Ingress', { ...parts, storage, network });
    const observability = new Observability(this, 'Observability', {
      ...parts,
      functions: [...processing.functions, ...ingress.functions],
      edge: ingress.fargate,
      topic: props.alarmTopic ?? null,
    });
    if (config.mtaSts !== null) new MtaSts(props.mtaStsStack ?? this, `MtaSts-${config.stage}`, parts);
    this.stage = config.stage;
    this.rawBucket = asIBucket(storage.raw);
    this.contentBucket = asIBucket(storage.content);
    this.alarmTopic = observability.topic;
    this.mxTarget = ingress.mxTarget;
    this.#eventBus = props.eventBus ?? null;
    this.parsedMail = this.#consumed(storage, null, config.webhook !== null);
    this.#routes = new Map(
      [...storage.routes.keys()].map((name) => {
        const route = config.routes.find((configured) => configured.name === name);
        return [name, this.#consumed(storage, name, (route?.webhook ?? null) !== null)];
      }),
    );
  }

  /** The queue of a route. @throws Error for a name that is not in `routes` */
  route(name: string): ParsedMailQueue {
    const route = this.#routes.get(name);
    if (route !== undefined) return route;
    const names = [...this.#routes.keys()].join(', ');
    throw new Error(
      `${this.node.path} has no route "${name}": ${names === '' ? 'add it to routes' : `use one of ${names}`}`,
    );
  }

  /**
   * A rule for the events of this pipeline's mails, sent once a mail is on its queues. `options.eventPattern` filters
   * them, for example `{ detail: { kind: ['bounce'] } }`.
   *
   * @throws Error without `eventBus`
   */
  onMailParsed(id: string, options: OnEventOptions = {}): Rule {
    if (this.#eventBus === null) {
      throw new Error(
        `${this.node.path} sends no events: set eventBus, for example to EventBus.fromEventBusName(this, 'Bus', 'default')`,
      );
    }
    const { crossStackScope, target, ...props } = options;
    const rule = new Rule(crossStackScope ?? this, id, { ...props, eventBus: this.#eventBus });
    rule.addEventPattern({
      source: [EVENT_SOURCE],
      detailType: [MAIL_PARSED],
      // Other pipelines may use the same bus.
      detail: { document: { bucket: [this.contentBucket.bucketName] } },
    });
    if (target !== undefined) rule.addTarget(target);
    return rule;
  }

  /** Mails that the edge accepted: answered 250. @default - sum over a minute */
  metricAccepted(options: MetricOptions = {}): Metric {
    return this.#metric('accepted', 'Sum', options);
  }

  /** Mails that the parser put on their queues. @default - sum over a minute */
  metricParsed(options: MetricOptions = {}): Metric {
    return this.#metric('parsed', 'Sum', options);
  }

  /** Mails that failed permanently and have a failure record instead of a document. @default - sum over a minute */
  metricFailed(options: MetricOptions = {}): Metric {
    return this.#metric('deadLettered', 'Sum', options);
  }

  /** Milliseconds from the 250 to the queue, for mails without asynchronous enrichment. @default - p99 over a minute */
  metricQueueLatency(options: MetricOptions = {}): Metric {
    return this.#metric('queueLatency', 'p99', options);
  }

  #metric(key: MetricKey, statistic: string, options: MetricOptions): Metric {
    return pipelineMetric(this.stage, METRICS[key], statistic).attachTo(this).with(options);
  }

  #consumed(storage: Storage, route: string | null, hasWebhook: boolean): ParsedMailQueue {
    const { queue, deadLetters } = storage.queueOf(route);
    return new ParsedMailQueue({
      name: `${this.node.path} ${route === null ? 'parsedMail' : `route "${route}"`}`,
      queue,
      deadLetterQueue: deadLetters,
      contentBucket: this.contentBucket,
      keys: storage.keys,
      hasWebhook,
    });
  }

  /** Null when only SES receives mail. */
  #network(parts: { config: DeployableConfig; names: Names }, props: MailPipelineProps): IngressNetwork | null {
    const { ingress, network } = parts.config;
    if (ingress === 'ses') return null;
    if (props.vpc !== undefined) return givenNetwork(props.vpc, props);
    if (network.mode === 'existing') return null;
    return new Network(this, 'Network', { ...parts, network }).network;
  }
}
