import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { METRICS, type MetricKey } from '../../core/metrics/names.ts';
import type { FargateIngress } from '../ingress/fargate-ingress.ts';
import type { Names } from '../names.ts';
import type { FunctionName } from '../processing/processing.ts';
import { functionMetric, messagesIn, pipelineMetric, queueMetric } from './metric.ts';

export interface DashboardProps {
  config: DeployableConfig;
  names: Names;
  functions: readonly FunctionName[];
  edge: FargateIngress | null;
  alarms: Alarm[];
}

/** A dashboard on one page: incoming mail, outcomes, latency and cost. */
export function addDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { config, names, functions, edge } = props;
  const own = (key: MetricKey, statistic: string, label: string) =>
    pipelineMetric(config.stage, METRICS[key], statistic).with({ label });
  const rows: IWidget[][] = [
    [new AlarmStatusWidget({ title: 'Alarms', alarms: props.alarms, width: 24, height: 3 })],
    [
      graph('Mails', [
        own('accepted', 'Sum', 'accepted'),
        own('parsed', 'Sum', 'parsed'),
        own('deferredAfterData', 'Sum', 'deferred (4xx after DATA)'),
        own('rejectedAfterData', 'Sum', 'rejected (5xx after DATA)'),
      ]),
      graph('From 250 to the queue, ms', [
        own('queueLatency', 'p50', 'half of the mails'),
        own('queueLatency', 'p99', '99 of 100 mails'),
        own('storeLatency', 'p99', 'end of DATA to 250, 99 of 100'),
      ]),
      graph('Age of the oldest message, s', [
        queueMetric(names.queue('raw-mail'), 'ApproximateAgeOfOldestMessage', { label: 'raw-mail' }),
        queueMetric(names.queue('parsed-mail'), 'ApproximateAgeOfOldestMessage', { label: 'parsed-mail' }),
      ]),
    ],
    [
      graph('Failures', [
        own('givenUp', 'Sum', 'failed in the parser'),
        own('deadLettered', 'Sum', 'failure records'),
        own('retried', 'Sum', 'retried'),
        own('readingsStopped', 'Sum', 'headers only'),
        own('unreconciled', 'Sum', 'found by the reconciler'),
      ]),
      graph('Dead-letter queues', [
        messagesIn([names.deadLetterQueue('raw-mail')], 'raw-mail'),
        queueMetric(names.deadLetterQueue('parsed-mail'), 'ApproximateNumberOfMessagesVisible', {
          label: 'parsed-mail',
        }),
      ]),
      graph(
        'Functions: errors and throttles',
        functions.flatMap((name) => [
          functionMetric(names.service(name), 'Errors', { label: `${name} errors` }),
          functionMetric(names.service(name), 'Throttles', { label: `${name} throttles` }),
        ]),
      ),
    ],
    ...(edge === null ? [] : [edgeRow(edge, own)]),
    costRow(props, own),
    enrichmentRow(own),
  ];
  const dashboard = new Dashboard(scope, 'Dashboard', {
    dashboardName: names.dashboard(),
    defaultInterval: Duration.hours(24),
    periodOverride: PeriodOverride.AUTO,
  });
  for (const row of rows) dashboard.addWidgets(...row);
  return dashboard;
}

type OwnMetric = (key: MetricKey, statistic: string, label: string) => Metric;

function edgeRow(edge: FargateIngress, own: OwnMetric): IWidget[] {
  const { balancer, ipv6Balancer } = edge;
  return [
    graph('SMTP sessions of a task', [
      own('activeSessions', 'Average', 'average'),
      own('activeSessions', 'Maximum', 'highest'),
    ]),
    graph('SMTP edge, per cent', [
      edge.service.metricCpuUtilization({ label: 'processor' }),
      edge.service.metricMemoryUtilization({ label: 'memory' }),
    ]),
    graph('SMTP edge, tasks and connections', [
      balancer.taskMetric('HealthyHostCount', { label: 'healthy tasks', statistic: 'Average' }),
      balancer.taskMetric('UnHealthyHostCount', { label: 'unhealthy tasks', statistic: 'Maximum' }),
      balancer.balancer.metrics.newFlowCount({ label: 'new connections', statistic: 'Sum' }),
      ...(ipv6Balancer === null
        ? []
        : [ipv6Balancer.balancer.metrics.newFlowCount({ label: 'new connections, IPv6', statistic: 'Sum' })]),
    ]),
  ];
}

/** Drivers of the bill; docs/costs.md has the prices. */
function costRow({ config, names, edge }: DashboardProps, own: OwnMetric): IWidget[] {
  const logs = new Metric({
    namespace: 'AWS/Logs',
    metricName: 'IncomingBytes',
    dimensionsMap: { LogGroupName: names.logGroup('parser') },
    statistic: 'Sum',
    label: 'logs of the parser',
  });
  return [
    graph('Cost: bytes', [
      own('acceptedBytes', 'Sum', 'mail received'),
      own('attachmentBytes', 'Sum', 'attachments'),
      logs,
    ]),
    graph('Cost: requests', [
      queueMetric(names.queue('raw-mail'), 'NumberOfMessagesSent', { label: 'raw-mail messages' }),
      queueMetric(names.queue('parsed-mail'), 'NumberOfMessagesSent', { label: 'parsed-mail messages' }),
      own('attachments', 'Sum', 'attachments stored'),
    ]),
    graph('Cost: computing', [
      new MathExpression({
        label: 'parser, GB-seconds',
        expression: `duration / 1000 * ${config.parser.memoryMb / 1024}`,
        usingMetrics: { duration: functionMetric(names.service('parser'), 'Duration') },
      }),
      ...(edge === null
        ? []
        : [edge.balancer.balancer.metrics.consumedLCUs({ label: 'load balancer, capacity units', statistic: 'Sum' })]),
    ]),
  ];
}

function enrichmentRow(own: OwnMetric): IWidget[] {
  return [
    graph('Enrichment: cost, US dollars by list price', [
      own('ocrCost', 'Sum', 'ocr'),
      own('sentimentCost', 'Sum', 'sentiment'),
      own('entitiesCost', 'Sum', 'entities'),
      own('piiCost', 'Sum', 'pii'),
      own('modelCost', 'Sum', 'model'),
    ]),
    graph('Enrichment: mails', [
      own('enriched', 'Sum', 'waited for enrichment'),
      own('budgetRefusals', 'Sum', 'requests over the daily budget'),
    ]),
    graph('Enrichment: from 250 to the queue, ms', [
      own('enrichLatency', 'p50', 'half of the mails'),
      own('enrichLatency', 'p99', '99 of 100 mails'),
    ]),
  ];
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, leftYAxis: { min: 0 }, width: 8, height: 6 });
}
