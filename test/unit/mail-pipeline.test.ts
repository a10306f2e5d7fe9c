import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { MailPipeline } from '../../lib/index.ts';
import { addMail, appStacks, EXAMPLE, RECOMMENDED_FLAGS, templateOf } from '../support/pipeline-stack.ts';
import { flat, resourcesOf, type TemplateResource } from '../support/synth.ts';

const appStack = appStacks();

/** The property that sets the physical name of a resource, by type. */
const PHYSICAL_NAME: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::TaskDefinition': 'Family',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
};

const physicalNames = (resources: Record<string, TemplateResource>): string[] =>
  Object.values(resources).flatMap(({ Type, Properties = {} }) => {
    const name = Properties[PHYSICAL_NAME[Type] ?? ''];
    return name === undefined ? [] : [`${Type} ${flat(name)}`];
  });

describe('MailPipeline', () => {
  it('is one stack without references to others', () => {
    const stack = appStack();
    addMail(stack);
    const template = templateOf(stack);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput/);
    expect(stack.dependencies).toEqual([]);
    for (const type of ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::Lambda::Function', 'AWS::ECS::Service']) {
      expect(Object.keys(template.findResources(type)).length).toBeGreaterThan(0);
    }
  });

  it('can be used twice in one stack without name collisions', () => {
    const stack = appStack();
    const inner = new Stack(stack, 'Inner');
    const pipelines = [addMail(stack), new MailPipeline(stack, 'mail', EXAMPLE), addMail(inner)];
    expect(new Set(pipelines.map(({ stage }) => stage)).size).toBe(3);
    for (const { stage } of pipelines) expect(stage).toMatch(/^[a-z][a-z0-9]{2,11}$/);
    const names = [stack, inner].flatMap((each) => physicalNames(resourcesOf(templateOf(each))));
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has the names of a chosen stage', () => {
    const stack = appStack();
    expect(addMail(stack, { stage: 'prod' }).stage).toBe('prod');
    templateOf(stack).hasResourceProperties('AWS::SQS::Queue', { QueueName: 'mail-pipeline-prod-parsed-mail' });
  });

  it.each([
    ['the edge', {}],
    ['SES behind the edge, own keys', { ingress: 'both', encryption: 'customer-managed' }],
    [
      'IPv6, isolated, emptied when it goes',
      { network: { mode: 'isolated' }, fargate: { ipv6: true, hostname: 'mx.example.com' }, teardown: 'remove' },
    ],
  ] as const)('is the same in an app without any feature flag: %s', (_, props) => {
    const env = { region: 'eu-west-1' };
    const [without, recommended] = [{}, RECOMMENDED_FLAGS].map((flags) => {
      const stack = appStack({ env }, flags);
      addMail(stack, props);
      return comparable(resourcesOf(templateOf(stack)));
    });
    expect(without).toEqual(recommended);
  });

  it('depends on the resources it names without a reference', () => {
    const stack = appStack({ env: { region: 'eu-west-1' } });
    addMail(stack, { ingress: 'both', webhook: { url: 'https://shop.example.com/mail' } });
    const resources = resourcesOf(templateOf(stack));
    const waitsFor = (type: string, property: string, text: RegExp) => {
      const [found] = Object.values(resources).filter(
        ({ Type, Properties }) => Type === type && text.test(JSON.stringify(flat(Properties?.[property]))),
      );
      return (found?.DependsOn ?? []).map((id) => resources[id]?.Type);
    };
    expect(waitsFor('AWS::Lambda::EventSourceMapping', 'EventSourceArn', /parsed-mail/)).toContain('AWS::SQS::Queue');
    expect(waitsFor('AWS::SES::ReceiptRule', 'Rule', /./)).toContain('AWS::S3::BucketPolicy');
    expect(waitsFor('AWS::ECS::Service', 'LaunchType', /./)).toContain('AWS::S3::Bucket');
    expect(waitsFor('AWS::CloudWatch::Alarm', 'AlarmName', /edge-down/)).toContain('AWS::ECS::Service');
  });
});

/**
 * Removes differences that feature flags cause and that have no effect: policies are minimised (sorted, and statements
 * without an id merged), the partition is spelled out, and the defaults of ECS are written out. The egress-only gateway
 * of a dual-stack VPC has no route.
 */
function comparable(resources: Record<string, TemplateResource>): unknown {
  const entries = Object.entries(resources).flatMap(([id, { Type, Properties = {}, DeletionPolicy }]) => {
    if (Type === 'AWS::EC2::EgressOnlyInternetGateway') return [];
    const { DeploymentController, ...rest } = Properties;
    if (Type === 'AWS::ECS::Service') delete Object(rest['DeploymentConfiguration']).Alarms;
    return [[id, { Type, DeletionPolicy, Properties: sorted(flat(rest)) }] as const];
  });
  return Object.fromEntries(entries);
}

/** Puts lists of strings and of statements into one order. */
function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('<AWS::Partition>', 'aws');
  if (Array.isArray(value))
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sorted(member)]));
}

describe('mxTarget', () => {
  it.each([
    ['the balancer', {}, /^<Mail.*LoadBalancer.*DNSName>$/],
    ['fargate.hostname', { fargate: { hostname: 'mx.example.com' } }, /^mx\.example\.com$/],
    ['SES alone', { ingress: 'ses' }, /^inbound-smtp\.eu-west-1\.amazonaws\.com$/],
    ['the edge, with SES behind it', { ingress: 'both' }, /^<Mail.*LoadBalancer.*DNSName>$/],
  ] as const)('is the host of MX records: %s', (_, props, host) => {
    const stack = appStack({ env: { region: 'eu-west-1' } });
    const { mxTarget } = addMail(stack, props);
    expect(flat(stack.resolve(mxTarget))).toMatch(host);
  });
});

describe('onMailParsed', () => {
  it('creates a rule for the events of this pipeline that match the pattern', () => {
    const stack = appStack();
    const { eventBusName } = new EventBus(stack, 'Bus');
    const mail = addMail(stack, { eventBus: EventBus.fromEventBusName(stack, 'Given', eventBusName) });
    const target = new SqsQueue(new Queue(stack, 'Bounces'));
    mail.onMailParsed('OnBounce', { target, eventPattern: { detail: { kind: ['bounce'] } } });
    const template = templateOf(stack);
    const rules = Object.entries(template.findResources('AWS::Events::Rule'));
    const [, rule] = rules.find(([id]) => id.startsWith('MailOnBounce')) ?? [];
    expect(flat(rule?.['Properties'])).toMatchObject({
      EventBusName: expect.stringMatching(/^<Bus/),
      EventPattern: {
        source: ['mail-pipeline'],
        'detail-type': ['Mail Parsed'],
        detail: { kind: ['bounce'], document: { bucket: [expect.stringMatching(/^<MailStorageContentBucket/)] } },
      },
      Targets: [{ Arn: expect.stringMatching(/^<Bounces/) }],
    });
    // The functions send to that bus, and have permission to.
    expect(JSON.stringify(flat(template.findResources('AWS::IAM::Policy')))).toMatch(/event-bus\/<Bus[^"]*>/);
  });

  it('throws an error with the remedy when no events are sent', () => {
    const mail = addMail(appStack());
    expect(() => mail.onMailParsed('OnMail')).toThrow('Shop/Mail sends no events: set eventBus');
  });
});

describe('metrics', () => {
  it('are those that the programs of this pipeline send', () => {
    const mail = addMail(appStack(), { stage: 'dev' });
    expect(mail.metricParsed()).toMatchObject({
      namespace: 'MailPipeline/dev',
      metricName: 'ParsedMails',
      dimensions: { service: 'parser' },
      statistic: 'Sum',
    });
    expect(mail.metricAccepted()).toMatchObject({ metricName: 'AcceptedMails', dimensions: { service: 'edge-mta' } });
    expect(mail.metricFailed({ label: 'failed' })).toMatchObject({ metricName: 'DeadLetteredMails', label: 'failed' });
    expect(mail.metricQueueLatency({ statistic: 'p50' })).toMatchObject({
      metricName: 'QueueLatency',
      statistic: 'p50',
    });
  });
});
