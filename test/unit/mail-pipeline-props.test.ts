import { SecretValue, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { PublicSubnet, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { asIVpc } from '../../lib/cdk-types.ts';
import type { MailPipelineProps } from '../../lib/index.ts';
import { addMail, appStacks, templateOf } from '../support/pipeline-stack.ts';
import { flat, resourceOf, resourceStatements, resourcesOf } from '../support/synth.ts';

const appStack = appStacks();

const SUBNET = { availabilityZone: 'eu-west-1a', cidrBlock: '10.0.0.0/24', vpcId: 'vpc-0a1b2c3d4e5f60718' };

describe('invalid props', () => {
  const arn = 'arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
  it.each<[string, (stack: Stack) => Partial<MailPipelineProps>, string | RegExp]>([
    ['no domain', () => ({ domains: [] }), 'domains is []: name the domains to receive mail for'],
    ['a setting out of bounds', () => ({ queue: { messageLimitBytes: 1 } }), 'queue.messageLimitBytes is 1:'],
    ['a stage that names cannot hold', () => ({ stage: 'Production' }), 'stage is "Production": write up to 12'],
    [
      'SES in a stack without a region',
      () => ({ ingress: 'ses' }),
      /region is null: set the region: .*\n {2}The region comes from the stack: set env: \{ region: … \} there$/,
    ],
    [
      'two networks',
      (stack) => ({ vpc: asIVpc(new Vpc(stack, 'Vpc')), network: { mode: 'isolated' } }),
      'network is {"mode":"isolated"}: vpc is set as well: remove one of them',
    ],
    [
      'subnets of no VPC',
      (stack) => ({ taskSubnets: { subnets: [new PublicSubnet(stack, 'Subnet', SUBNET)] } }),
      'taskSubnets: set the vpc that they belong to',
    ],
    [
      'two kinds of keys',
      (stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Key', arn), encryption: 'aws-managed' }),
      'encryption is "aws-managed": encryptionKey is set as well',
    ],
    [
      'a subscription to an existing topic',
      (stack) => ({ alarmTopic: new Topic(stack, 'Topic'), alarms: { email: 'ops@example.org' } }),
      'alarms.email is "ops@example.org": alarmTopic is set: subscribe to that topic yourself',
    ],
    [
      'a bus of another account',
      (stack) => ({
        eventBus: EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-west-1:210987654321:event-bus/x'),
      }),
      'eventBus.eventBusName is "x": it is in another account or region',
    ],
    [
      'MTA-STS outside of us-east-1',
      () => ({ mtaSts: { mode: 'testing' } }),
      "CloudFront requires us-east-1: set mtaStsStack to a stack with env: { region: 'us-east-1' }",
    ],
    [
      'a value of the deployment where synth needs one',
      () => ({ fargate: { hostname: SecretValue.ssmSecure('/host').unsafeUnwrap() } }),
      /fargate\.hostname is "\$\{Token\[.*: write/,
    ],
  ])('are rejected with prop, value and remedy: %s', (name, props, message) => {
    const isAgnostic = name.startsWith('SES in');
    const stack = appStack(isAgnostic ? {} : { env: { account: '123456789012', region: 'eu-west-1' } });
    const given = props(stack);
    const error = expect.objectContaining({
      code: 'config.invalid',
      message: expect.stringMatching(/^MailPipeline Shop\/Mail:\n {2}/),
    });
    let thrown: unknown;
    try {
      addMail(stack, given);
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toEqual(error);
    expect(thrown).toMatchObject({
      message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    });
  });
});

describe('an existing resource of the app', () => {
  it('is a VPC: the balancer in its public subnets, tasks in private ones', () => {
    const stack = appStack();
    addMail(stack, { vpc: asIVpc(new Vpc(stack, 'Vpc')) });
    const template = templateOf(stack);
    template.resourceCountIs('AWS::EC2::VPC', 1);
    expect(resourceOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Mail')).toMatchObject({
      Properties: { Subnets: [/PublicSubnet1/, /PublicSubnet2/].map((id) => expect.stringMatching(id)) },
    });
    expect(resourceOf(template, 'AWS::ECS::Service', 'Mail')).toMatchObject({
      Properties: {
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            AssignPublicIp: 'DISABLED',
            Subnets: [/PrivateSubnet1/, /PrivateSubnet2/].map((id) => expect.stringMatching(id)),
          },
        },
      },
    });
  });

  it('is a VPC without private subnets: tasks get public addresses', () => {
    const stack = appStack();
    addMail(stack, { vpc: asIVpc(new Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: PUBLIC_ONLY })) });
    expect(resourceOf(templateOf(stack), 'AWS::ECS::Service', 'Mail')).toMatchObject({
      Properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } } },
    });
  });

  it('is a key: buckets and queues are encrypted with it, and S3 may use it', () => {
    const stack = appStack();
    addMail(stack, { encryptionKey: new Key(stack, 'Own') });
    const template = templateOf(stack);
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.anyValue() });
    expect(resourceStatements(template, 'AWS::KMS::Key', 'Own')).toContainEqual(
      expect.objectContaining({ Sid: 'S3NotifiesQueue', Principal: { Service: 's3.amazonaws.com' } }),
    );
  });

  it('is an imported key: synth prints what its policy lacks', () => {
    const stack = appStack();
    const arn = 'arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
    addMail(stack, { encryptionKey: Key.fromKeyArn(stack, 'Own', arn) });
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('cannot change the policy of an imported key.*\\n.*"Sid":"S3NotifiesQueue"'),
    );
  });

  it('is a topic: alarms go there, and there is no other', () => {
    const stack = appStack();
    const alarmTopic = new Topic(stack, 'Ops');
    expect(addMail(stack, { alarmTopic }).alarmTopic).toBe(alarmTopic);
    const template = templateOf(stack);
    const topics = Object.keys(template.findResources('AWS::SNS::Topic'));
    // The other topic is for Textract.
    expect(topics.filter((id) => !id.includes('Textract'))).toEqual([expect.stringMatching(/^Ops/)]);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [stack.resolve(alarmTopic.topicArn)] });
  });

  it('is a stack in us-east-1, which serves the MTA-STS policy', () => {
    const stack = appStack({ env: { region: 'eu-west-1' } });
    const mtaStsStack = new Stack(stack.node.scope ?? stack, 'MtaSts', { env: { region: 'us-east-1' } });
    addMail(stack, {
      mtaSts: { mode: 'testing' },
      mtaStsStack,
      tls: { acm: true },
      fargate: { hostname: 'mx.example.com' },
    });
    templateOf(mtaStsStack).resourceCountIs('AWS::CloudFront::Distribution', 1);
    templateOf(stack).resourceCountIs('AWS::CloudFront::Distribution', 0);
  });
});

const PUBLIC_ONLY = [{ name: 'public', subnetType: SubnetType.PUBLIC }];

it('settings may be values of the deployment: secrets, hosted zones', () => {
  const stack = appStack();
  const signing = new Secret(stack, 'Signing');
  const zone = new HostedZone(stack, 'Zone', { zoneName: 'example.com' });
  addMail(stack, {
    webhook: { url: 'https://shop.example.com/mail', secretArn: signing.secretArn },
    hostedZones: { 'example.com': zone.hostedZoneId },
    tls: { acm: true },
    fargate: { hostname: 'mx.example.com' },
  });
  const template = templateOf(stack);
  const text = JSON.stringify(flat(resourcesOf(template)));
  expect(text).not.toMatch(/Z0TOKEN|AbCdEf|\$\{Token/);
  const { Properties } = Object(resourceOf(template, 'AWS::Lambda::Function', 'MailProcessingWebhook'));
  expect(Properties.Environment.Variables.WEBHOOKS).toMatch(/"secretId":"<Signing\w+>"/);
  expect(resourceOf(template, 'AWS::CertificateManager::Certificate', 'Mail')).toMatchObject({
    Properties: { DomainValidationOptions: [{ HostedZoneId: expect.stringMatching(/^<Zone/) }] },
  });
});
