import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { hasQuarantine } from '../../core/config/published-queues.ts';
import { QUARANTINE_ROUTE } from '../../core/mail/routes.ts';
import { METRICS, PUBLISHERS } from '../../core/metrics/names.ts';
import type { FargateIngress } from '../ingress/fargate-ingress.ts';
import { type Names, type QueueName, routeQueueName } from '../names.ts';
import type { FunctionName } from '../processing/processing.ts';
import { CERTIFICATE_PERIOD, RECONCILER_PERIOD } from '../processing/timeouts.ts';
import type { AlarmDefinition } from './alarm.ts';
import { functionMetric, messagesIn, pipelineMetric, queueMetric, total } from './metric.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

/** One alarm covers the parsed-mail queue and the queues of all routes; the worst value counts. */
export function queueAlarms(config: DeployableConfig, names: Names): AlarmDefinition[] {
  const age = (slug: string, queues: QueueName[], meaning: string): AlarmDefinition => ({
    slug,
    meaning,
    metric: highest(
      queues.map((name) => queueMetric(names.queue(name), 'ApproximateAgeOfOldestMessage', { period: FIVE_MINUTES })),
    ),
    atLeast: config.alarms.queueAgeSeconds,
  });
  const depth = (slug: string, queueNames: string[], meaning: string): AlarmDefinition => ({
    slug,
    meaning,
    metric: highest(
      queueNames.map((name) => queueMetric(name, 'ApproximateNumberOfMessagesVisible', { period: FIVE_MINUTES })),
    ),
    periods: 2,
  });
  const unsettled = (slug: string, queues: QueueName[], meaning: string): AlarmDefinition => ({
    slug,
    meaning,
    metric: messagesIn(deadLetters(queues), 'Messages, in flight or not'),
    periods: 3,
  });
  const deadLetters = (queues: QueueName[]) => queues.map((name) => names.deadLetterQueue(name));
  const consumed: QueueName[] = ['parsed-mail', ...config.routes.map(({ name }) => routeQueueName(name))];
  const quarantine = depth(
    'quarantined-mails',
    [names.queue(routeQueueName(QUARANTINE_ROUTE))],
    'An infected mail arrived.',
  );
  return [
    age('raw-mail-age', ['raw-mail'], 'Stored mails wait too long for the parser.'),
    age('parsed-mail-age', consumed, 'Parsed mails wait too long for your consumer.'),
    age('enrich-age', ['enrich', 'enrich-results'], 'Mails wait too long for the enricher.'),
    unsettled(
      'enrich-dead-letters',
      ['enrich', 'enrich-results'],
      'Enrichment tasks failed permanently and are not settled yet.',
    ),
    unsettled('raw-mail-dead-letters', ['raw-mail'], 'Events of mails failed permanently and are not recorded yet.'),
    depth(
      'parsed-mail-dead-letters',
      deadLetters(consumed),
      'Your consumer failed on a parsed mail as often as its queue allows.',
    ),
    ...(hasQuarantine(config) ? [quarantine] : []),
  ];
}

/** The maximum of several metrics. */
function highest(metrics: Metric[]): Metric | MathExpression {
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) return only;
  return new MathExpression({
    label: 'Highest of the queues',
    expression: 'MAX(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`queue${index}`, metric])),
    period: FIVE_MINUTES,
  });
}

/** A scheduled function runs once per period, so it cannot fail in consecutive five-minute periods. */
function errorPeriods(name: FunctionName): { period: Duration; periods: number } {
  switch (name) {
    case 'reconciler':
      return { period: RECONCILER_PERIOD, periods: 1 };
    case 'certificate':
      return { period: CERTIFICATE_PERIOD, periods: 2 };
    default:
      return { period: FIVE_MINUTES, periods: 2 };
  }
}

export function functionAlarms(functions: readonly FunctionName[], names: Names): AlarmDefinition[] {
  const dropped: AlarmDefinition = {
    slug: 'recursion-stopped',
    meaning: 'Lambda mistook messages between the functions for an endless loop and dropped an invocation.',
    metric: total(
      'Invocations dropped as recursive',
      functions.map((name) => functionMetric(names.service(name), 'RecursiveInvocationsDropped')),
    ),
  };
  const each = functions.flatMap((name): AlarmDefinition[] => {
    // canary-failed covers a canary that cannot do its work.
    if (name === 'canary') return [];
    const { period, periods } = errorPeriods(name);
    const errors: AlarmDefinition = {
      slug: `${name}-errors`,
      meaning: `Invocations of the function ${name} fail.`,
      metric: functionMetric(names.service(name), 'Errors', { period }),
      periods,
    };
    // certificate-expiring covers its failures; periods of five minutes would never see it throttled.
    if (name === 'certificate') return [errors];
    return [
      errors,
      {
        slug: `${name}-throttles`,
        meaning: `AWS throttles the function ${name}.`,
        metric: functionMetric(names.service(name), 'Throttles', { period: FIVE_MINUTES }),
        periods: 3,
      },
    ];
  });
  return [...each, dropped];
}

export function outcomeAlarms({ stage, events }: DeployableConfig, names: Names): AlarmDefinition[] {
  const refusedEvents: AlarmDefinition = {
    slug: 'refused-events',
    meaning: 'The event bus rejects the events of parsed mails. The mails themselves are on their queues.',
    metric: total(
      'Rejected events',
      PUBLISHERS.map((service) => pipelineMetric(stage, { ...METRICS.eventsRefused, service }, 'Sum')),
    ),
  };
  return [
    {
      slug: 'failed-mails',
      meaning: 'A mail failed permanently: it has a failure record instead of a document.',
      metric: pipelineMetric(stage, METRICS.deadLettered, 'Sum').with({ period: FIVE_MINUTES }),
    },
    {
      slug: 'unreconciled-mails',
      meaning: 'The reconciler found stored mails without an outcome and queued them again.',
      metric: pipelineMetric(stage, METRICS.unreconciled, 'Sum').with({ period: RECONCILER_PERIOD }),
    },
    {
      slug: 'enrichment-budget',
      meaning: 'The daily budget of enrichment is used up: mails are delivered without the paid steps.',
      metric: pipelineMetric(stage, METRICS.budgetRefusals, 'Sum').with({ period: FIVE_MINUTES }),
    },
    {
      slug: 'reconciler-silent',
      meaning: 'The reconciler has not run for an hour.',
      metric: functionMetric(names.service('reconciler'), 'Invocations', { period: Duration.hours(1) }),
      below: 1,
    },
    ...(events.busName === null ? [] : [refusedEvents]),
  ];
}

export function edgeAlarms(edge: FargateIngress, config: DeployableConfig): AlarmDefinition[] {
  const { balancer, ipv6Balancer } = edge;
  const sum = (key: 'accepted' | 'deferredAfterData' | 'rejectedAfterData') =>
    pipelineMetric(config.stage, METRICS[key], 'Sum').with({ period: FIVE_MINUTES });
  const quarterOfAnHour = { period: Duration.minutes(15) };
  /** The worse of the two load balancers, if there are two: each checks the tasks over its own address family. */
  const ofBoth = (worse: 'MIN' | 'MAX', metricName: 'HealthyHostCount' | 'UnHealthyHostCount') => {
    const options = { period: MINUTE, statistic: 'Maximum' };
    const ipv4 = balancer.taskMetric(metricName, options);
    if (ipv6Balancer === null) return ipv4;
    const usingMetrics = { ipv4, ipv6: ipv6Balancer.taskMetric(metricName, options) };
    return new MathExpression({
      label: metricName,
      expression: `${worse}(METRICS())`,
      usingMetrics,
      period: MINUTE,
    });
  };
  return [
    {
      slug: 'edge-unhealthy',
      meaning: 'A task of the SMTP edge fails its health check.',
      metric: ofBoth('MAX', 'UnHealthyHostCount'),
      periods: 5,
    },
    {
      slug: 'edge-down',
      meaning: 'No task of the SMTP edge accepts mail. Sending servers keep it and retry for days.',
      metric: ofBoth('MIN', 'HealthyHostCount'),
      below: 1,
      periods: 3,
    },
    {
      slug: 'deferred-mails',
      meaning: 'Too many mails are answered 4xx after DATA: the store is failing or slow.',
      metric: new MathExpression({
        label: 'Deferred after DATA, per cent',
        // At least ten mails in five minutes; otherwise one failure at night would be 100 per cent.
        expression: 'IF(accepted + deferred + rejected >= 10, 100 * deferred / (accepted + deferred + rejected), 0)',
        usingMetrics: {
          accepted: sum('accepted'),
          deferred: sum('deferredAfterData'),
          rejected: sum('rejectedAfterData'),
        },
        period: FIVE_MINUTES,
      }),
      atLeast: config.alarms.deferredPercent,
      periods: 2,
    },
    {
      slug: 'nothing-accepted',
      meaning: 'The SMTP edge answered mails 4xx after DATA and accepted none: the store may be rejecting everything.',
      metric: new MathExpression({
        label: 'Deferred after DATA while nothing was accepted',
        expression: 'IF(FILL(accepted, 0) < 1, FILL(deferred, 0), 0)',
        usingMetrics: {
          accepted: sum('accepted').with(quarterOfAnHour),
          deferred: sum('deferredAfterData').with(quarterOfAnHour),
        },
        ...quarterOfAnHour,
      }),
    },
  ];
}

/** ACM and ACME clients renew earlier, even 45-day certificates; 14 days leave time to find out why one did not. */
const CERTIFICATE_DAYS = 14;

/** For a certificate that the edge does not sign itself. */
export function certificateAlarms({ stage, tls }: DeployableConfig): AlarmDefinition[] {
  if (!tls.acm && tls.secretArn === null) return [];
  return [
    {
      slug: 'certificate-expiring',
      meaning: `The certificate of the SMTP edge expires in less than ${CERTIFICATE_DAYS} days, or no task reports its expiry.`,
      metric: pipelineMetric(stage, METRICS.certificateDaysLeft, 'Minimum').with({ period: Duration.hours(1) }),
      below: CERTIFICATE_DAYS,
    },
  ];
}

/** Early or more detailed warnings of what another alarm covers as well: mails that wait, fail or have no outcome. */
const EARLY: ReadonlySet<string> = new Set([
  ...['enrich-age', 'enrich-dead-letters', 'recursion-stopped', 'edge-unhealthy', 'nothing-accepted'],
  'enricher-errors',
  ...['parser-throttles', 'enricher-throttles', 'dead-letter-throttles', 'reconciler-throttles', 'webhook-throttles'],
]);

/** Alarms that the profile "frugal" omits, because CloudWatch bills each metric an alarm evaluates. */
export const isEarly = (slug: string): boolean => EARLY.has(slug);

/** Two intervals, so that a single slow mail does not fire the alarm. */
export function canaryAlarms({ stage, canary }: DeployableConfig): AlarmDefinition[] {
  if (canary === null) return [];
  return [
    {
      slug: 'canary-failed',
      meaning: 'For two intervals, no canary mail came through the pipeline, or none was sent.',
      metric: pipelineMetric(stage, METRICS.canaryDelivered, 'Sum').with({
        period: Duration.minutes(2 * canary.everyMinutes),
      }),
      below: 1,
    },
  ];
}

/** SES retries storing a mail for four hours. It reports both metrics per rule. */
export function sesAlarms(names: Names): AlarmDefinition[] {
  const metric = (metricName: string) =>
    new Metric({
      namespace: 'AWS/SES',
      metricName,
      dimensionsMap: { RuleName: names.receiptRule() },
      statistic: 'Sum',
      period: FIVE_MINUTES,
    });
  return [
    {
      slug: 'ses-cannot-store',
      meaning: 'SES received mail that it cannot store in the raw bucket.',
      metric: new MathExpression({
        label: 'Mails that SES cannot store',
        expression: 'FILL(failed, 0) + FILL(expired, 0)',
        usingMetrics: { failed: metric('PublishFailure'), expired: metric('PublishExpired') },
        period: FIVE_MINUTES,
      }),
    },
  ];
}
