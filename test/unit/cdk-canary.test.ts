import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { stackRoles } from '../../core/config/stacks.ts';
import { canaryEnvironment } from '../../core/settings/canary.ts';
import { allow, QUEUE, writeLog } from '../support/statements.ts';
import { flat, resourceOf, resourcesOf, roleStatements, type Synthesis, synthesised } from '../support/synth.ts';

const synthesis = synthesised({ canary: {} });
const plain = synthesised();
const properties = (type: string, id: string, of: Synthesis = synthesis) =>
  Object(resourceOf(of.stack('ingress'), type, id)['Properties']);

/** Listeners of the load balancer, and the sources that may connect to it. */
function portsOf(of: Synthesis) {
  const resources = Object.values(resourcesOf(of.stack('ingress')));
  const all = (type: string) =>
    resources.filter(({ Type }) => Type === type).map(({ Properties }) => Object(flat(Properties)));
  return {
    listeners: all('AWS::ElasticLoadBalancingV2::Listener').map(({ Port }) => Port),
    admitted: all('AWS::EC2::SecurityGroup').flatMap(({ SecurityGroupIngress: rules = [] }) =>
      rules.map(({ FromPort }: { FromPort: number }) => FromPort),
    ),
  };
}

describe('the canary', () => {
  it('may receive messages only from its own queue', () => {
    expect(roleStatements(synthesis.stack('ingress'), 'CanarySenderRole')).toEqual([
      writeLog('CanarySender'),
      allow('TakeCanaries', ['sqs:DeleteMessage', 'sqs:ReceiveMessage'], `${QUEUE}-parsed-mail-canary`),
    ]);
    const ownKeys = synthesised({ canary: {}, encryption: 'customer-managed' });
    expect(roleStatements(ownKeys.stack('ingress'), 'CanarySenderRole').at(-1)).toEqual(
      allow('UseKey', 'kms:Decrypt', expect.stringMatching(/KeysQueues/)),
    );
  });

  it('runs on a schedule, configured with its SMTP host and its queue', () => {
    expect(properties('AWS::Events::Rule', 'CanarySchedule')).toMatchObject({ ScheduleExpression: 'rate(15 minutes)' });
    const { Environment } = properties('AWS::Lambda::Function', 'CanarySender');
    expect(canaryEnvironment.decode(Environment.Variables)).toEqual({
      smtpHost: expect.stringMatching(/^<EdgeBalancerLoadBalancer\w+\.DNSName>$/),
      smtpPort: 2525,
      recipient: 'mail-pipeline-canary@example.com',
      queue: 'https://sqs.<AWS::Region>.<AWS::URLSuffix>/<AWS::AccountId>/mail-pipeline-prod-parsed-mail-canary',
      metricsNamespace: 'MailPipeline/prod',
    });
    const named = synthesised({ canary: {}, fargate: { hostname: 'mx.example.com' } });
    const variables = properties('AWS::Lambda::Function', 'CanarySender', named).Environment.Variables;
    expect(canaryEnvironment.decode(variables).smtpHost).toBe('mx.example.com');
  });

  it('opens a second port of the balancer, and only where it is configured', () => {
    expect(portsOf(synthesis)).toEqual({ listeners: [25, 2525], admitted: [25, 2525] });
    expect(portsOf(plain)).toEqual({ listeners: [25], admitted: [25] });
  });

  it('has a queue of its own, which the functions may publish to', () => {
    const queues = (of: Synthesis) =>
      Object.values(resourcesOf(of.stack('storage')))
        .filter(({ Type }) => Type === 'AWS::SQS::Queue')
        .map(({ Properties }) => Object(flat(Properties)));
    expect(queues(synthesis)).toContainEqual(
      expect.objectContaining({ QueueName: 'mail-pipeline-prod-parsed-mail-canary', MessageRetentionPeriod: 3_600 }),
    );
    expect(JSON.stringify(queues(plain))).not.toContain('canary');
    expect(JSON.stringify(roleStatements(synthesis.stack('processing'), 'ParserRole'))).toContain('parsed-mail-canary');
  });

  it('raises an alarm when no mail came through for two intervals, and when nothing was sent', () => {
    const alarms = Object.values(resourcesOf(synthesis.stack('observability')))
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Object(flat(Properties)));
    expect(alarms.filter(({ AlarmName }) => AlarmName.includes('canary'))).toEqual([
      expect.objectContaining({
        AlarmName: 'mail-pipeline-prod-canary-failed',
        Metrics: [
          expect.objectContaining({
            MetricStat: {
              Metric: expect.objectContaining({ MetricName: 'CanaryDelivered', Namespace: 'MailPipeline/prod' }),
              Stat: 'Sum',
              Period: 1_800,
            },
          }),
        ],
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
      }),
    ]);
  });
});

describe('the stacks that mail-pipeline doctor looks for', () => {
  it.each<PipelineConfigInput>([
    {},
    { ingress: 'ses', region: 'us-east-1', domains: ['example.com', 'example.net'] },
    { fargate: { hostname: 'mx.example.com' }, tls: { acm: true } },
    {
      region: 'eu-west-1',
      tls: { secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf' },
      fargate: { hostname: 'mx.example.com' },
      mtaSts: {},
    },
  ])('are those of the deployment: %j', (input) => {
    const names = stackRoles(defineConfig({ domains: ['example.com'], ...input })).map(
      (role) => `mail-pipeline-prod-${role}`,
    );
    expect(names.toSorted()).toEqual(synthesised(input).stackNames.toSorted());
  });
});
