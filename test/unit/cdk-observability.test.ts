import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../core/metrics/names.ts';
import { CONFIG_VARIANTS } from '../support/config-variants.ts';
import {
  flat,
  resourceStatements,
  resourcesOf,
  roleStatements,
  type Synthesis,
  synthesised,
} from '../support/synth.ts';

const all = Object.values(CONFIG_VARIANTS).map((input) => synthesised(input));
const plain = synthesised();

interface AlarmProperties {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  Metrics?: {
    Expression?: string;
    MetricStat?: {
      Metric: { Namespace: string; MetricName: string; Dimensions: { Value: string }[] };
      Stat: string;
      Period: number;
    };
  }[];
  Namespace?: string;
  MetricName?: string;
}

function alarmsOf(synthesis: Synthesis): AlarmProperties[] {
  return Object.values(resourcesOf(synthesis.stack('observability')))
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Object(flat(Properties)));
}

const slug = (synthesis: Synthesis, { AlarmName }: AlarmProperties) =>
  AlarmName.replace(`mail-pipeline-${synthesis.stage}-`, '');

describe('alarms', () => {
  it('and the headings of the runbook are the same list', () => {
    const slugs = new Set(all.flatMap((synthesis) => alarmsOf(synthesis).map((alarm) => slug(synthesis, alarm))));
    const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect([...slugs].sort()).toEqual(headings.sort());
  });

  it('cover what the pipeline promises to watch', () => {
    expect(alarmsOf(plain).map((alarm) => slug(plain, alarm))).toEqual([
      'raw-mail-age',
      'parsed-mail-age',
      'enrich-age',
      'enrich-dead-letters',
      'raw-mail-dead-letters',
      'parsed-mail-dead-letters',
      'parser-errors',
      'parser-throttles',
      'enricher-errors',
      'enricher-throttles',
      'dead-letter-errors',
      'dead-letter-throttles',
      'reconciler-errors',
      'reconciler-throttles',
      'recursion-stopped',
      'failed-mails',
      'unreconciled-mails',
      'enrichment-budget',
      'reconciler-silent',
      'edge-unhealthy',
      'edge-down',
      'deferred-mails',
      'nothing-accepted',
    ]);
  });

  it('name their runbook heading and notify the topic', () => {
    for (const alarm of alarmsOf(plain)) {
      expect(alarm.AlarmDescription).toContain(`docs/runbook.md, "${slug(plain, alarm)}"`);
      expect(alarm.AlarmActions).toEqual([expect.stringMatching(/^<AlarmsTopic/)]);
    }
  });

  it('evaluate only metrics that a program publishes', () => {
    const sent: string[] = Object.values(METRICS).map(({ name }) => name);
    const own = all.flatMap((synthesis) =>
      alarmsOf(synthesis)
        .flatMap(({ Metrics = [], Namespace = '', MetricName = '' }) => [
          { Namespace, MetricName },
          ...Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric])),
        ])
        .filter(({ Namespace }) => Namespace === `MailPipeline/${synthesis.stage}`)
        .map(({ MetricName }) => MetricName),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((name) => !sent.includes(name))).toEqual([]);
  });

  it('refer only to existing queues, functions and logs, as does the dashboard', () => {
    for (const synthesis of all) {
      const made = (['storage', 'processing', 'ingress'] as const).flatMap((role) =>
        Object.values(resourcesOf(synthesis.stack(role))).flatMap(({ Properties = {} }) =>
          ['QueueName', 'FunctionName', 'LogGroupName'].map((name) => flat(Properties[name])),
        ),
      );
      const watched = JSON.stringify(flat(synthesis.stack('observability').toJSON()));
      // An alarm has a dimension as a name and a value, a dashboard as two strings in a list.
      const names = [
        ...watched.matchAll(/(?:QueueName|FunctionName|LogGroupName)\\?"(?:,"Value":|,)\\?"([^"\\]+)/g),
      ].map(([, name]) => name);
      expect(names.length).toBeGreaterThan(25);
      expect(names.filter((name) => !made.includes(name))).toEqual([]);
    }
  });

  /** The input of an alarm: its expression, and the name, dimension, statistic and period of each metric. */
  function heard(synthesis: Synthesis, name: string): unknown[] {
    const alarm = alarmsOf(synthesis).find((candidate) => slug(synthesis, candidate) === name);
    return (alarm?.Metrics ?? []).map(({ Expression, MetricStat }) =>
      MetricStat === undefined
        ? Expression
        : `${MetricStat.Metric.MetricName} ${MetricStat.Metric.Dimensions[0]?.Value} ${MetricStat.Stat} ${MetricStat.Period}`,
    );
  }

  it('count messages in flight in the queues that the dead-letter function polls', () => {
    const both = (queue: string) => [
      `ApproximateNumberOfMessagesVisible mail-pipeline-prod-${queue} Maximum 300`,
      `ApproximateNumberOfMessagesNotVisible mail-pipeline-prod-${queue} Maximum 300`,
    ];
    expect(heard(plain, 'raw-mail-dead-letters')).toEqual(['SUM(FILL(METRICS(), 0))', ...both('raw-mail-dlq')]);
    expect(heard(plain, 'enrich-dead-letters')).toEqual([
      'SUM(FILL(METRICS(), 0))',
      ...both('enrich-dlq'),
      ...both('enrich-results-dlq'),
    ]);
    for (const name of ['raw-mail-dead-letters', 'enrich-dead-letters']) {
      plain.stack('observability').hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `mail-pipeline-prod-${name}`,
        EvaluationPeriods: 3,
        Threshold: 1,
      });
    }
  });

  it('fire when one mail is deferred and none is accepted', () => {
    expect(heard(plain, 'nothing-accepted')).toEqual([
      'IF(FILL(accepted, 0) < 1, FILL(deferred, 0), 0)',
      'AcceptedMails edge-mta Sum 900',
      'DeferredAfterData edge-mta Sum 900',
    ]);
    plain.stack('observability').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'mail-pipeline-prod-nothing-accepted',
      Threshold: 1,
      EvaluationPeriods: 1,
    });
  });

  it('cover every function that Lambda may stop as a recursive loop', () => {
    expect(heard(plain, 'recursion-stopped')).toEqual([
      'SUM(FILL(METRICS(), 0))',
      ...['parser', 'enricher', 'dead-letter', 'reconciler'].map(
        (name) => `RecursiveInvocationsDropped mail-pipeline-prod-${name} Sum 300`,
      ),
    ]);
  });

  it('count only visible messages in queues that only people empty', () => {
    plain.stack('observability').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'mail-pipeline-prod-parsed-mail-dead-letters',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      EvaluationPeriods: 2,
    });
  });

  it('cover events that any function failed to put on the bus', () => {
    const synthesis = all.find(({ stage }) => stage === 'v7') ?? plain;
    expect(heard(synthesis, 'refused-events')).toEqual([
      'SUM(FILL(METRICS(), 0))',
      ...['parser', 'enricher', 'dead-letter'].map((service) => `RefusedEvents ${service} Sum 300`),
    ]);
    // Every function that may publish to the bus counts rejected events.
    const mayTell = ['Parser', 'Enricher', 'DeadLetter', 'Reconciler', 'Webhook'].filter((name) =>
      JSON.stringify(roleStatements(synthesis.stack('processing'), `${name}Role`)).includes('events:PutEvents'),
    );
    expect(mayTell).toEqual(['Parser', 'Enricher', 'DeadLetter']);
  });

  it('fire at the first failed pass of the reconciler', () => {
    plain.stack('observability').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'mail-pipeline-prod-reconciler-errors',
      Period: 900,
      EvaluationPeriods: 1,
    });
    plain.stack('observability').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'mail-pipeline-prod-parser-errors',
      Period: 300,
      EvaluationPeriods: 2,
    });
  });

  it('take their thresholds from the configuration', () => {
    const synthesis = all.find(({ stage }) => stage === 'v6');
    const template = synthesis?.stack('observability');
    template?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'mail-pipeline-v6-raw-mail-age',
      Threshold: 300,
    });
    template?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'mail-pipeline-v6-deferred-mails',
      Threshold: 2.5,
    });
    template?.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.org' });
  });
});

describe('topic', () => {
  it('accepts alarms of the account over TLS only', () => {
    expect(resourceStatements(plain.stack('observability'), 'AWS::SNS::TopicPolicy', 'AlarmsTopic')).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      {
        Sid: 'AlarmsPublish',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: expect.stringMatching(/^<AlarmsTopic/),
        Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
      },
    ]);
  });
});

describe('dashboard', () => {
  it('is one page with every section', () => {
    const template = plain.stack('observability');
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body: { widgets: { properties: { title: string } }[] } = JSON.parse(
      String(flat(dashboard?.['Properties'].DashboardBody)),
    );
    expect(body.widgets.map(({ properties }) => properties.title)).toEqual([
      'Alarms',
      'Mails',
      'From 250 to the queue, ms',
      'Age of the oldest message, s',
      'Failures',
      'Dead-letter queues',
      'Functions: errors and throttles',
      'SMTP sessions of a task',
      'SMTP edge, per cent',
      'SMTP edge, tasks and connections',
      'Cost: bytes',
      'Cost: requests',
      'Cost: computing',
      'Enrichment: cost, US dollars by list price',
      'Enrichment: mails',
      'Enrichment: from 250 to the queue, ms',
    ]);
  });

  it('is linked in the outputs', () => {
    plain.stack('observability').hasOutput('DashboardUrl', { Value: Match.anyValue() });
  });
});
