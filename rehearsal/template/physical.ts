import { createHash } from 'node:crypto';

/** Where a stack is deployed. */
export interface Place {
  account: string;
  region: string;
  partition: string;
  urlSuffix: string;
  /** URL of SQS, the prefix of queue URLs. */
  sqsEndpoint: string;
}

/** The parts of a resource that determine its physical name. */
export interface Named {
  id: string;
  stack: string;
  type: string;
  /** A property as text; null if it is not text. */
  property(name: string): string | null;
}

interface Model {
  /** The value of `Ref`. */
  reference(resource: Named, place: Place): string | null;
  /** The values of `Fn::GetAtt`, by attribute. */
  attributes: Readonly<Record<string, (resource: Named, place: Place) => string | null>>;
}

/** A generated name: deterministic and unique. */
const made = ({ stack, id }: Named): string => `${stack}-${id}`;
const digest = (resource: Named): string => createHash('sha256').update(made(resource)).digest('hex');

const named =
  (property: string) =>
  (resource: Named): string =>
    resource.property(property) ?? made(resource).slice(-64);

type ArnOf = (resource: Named, place: Place) => string;

const arn =
  (service: string, name: (resource: Named, place: Place) => string): ArnOf =>
  (resource, place) =>
    `arn:${place.partition}:${service}:${place.region}:${place.account}:${name(resource, place)}`;

const bucketName = (resource: Named): string =>
  resource.property('BucketName') ?? made(resource).toLowerCase().slice(0, 63);
const bucketArn: ArnOf = (bucket, { partition }) => `arn:${partition}:s3:::${bucketName(bucket)}`;
const roleArn: ArnOf = (role, { partition, account }) =>
  `arn:${partition}:iam::${account}:role${role.property('Path') ?? '/'}${named('RoleName')(role)}`;
const keyId = (key: Named): string => digest(key).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
const topicArn = arn('sns', named('TopicName'));
const secretArn = arn('secretsmanager', (secret) => `secret:${named('Name')(secret)}-${digest(secret).slice(0, 6)}`);
const balancerArn = arn(
  'elasticloadbalancing',
  (balancer) => `loadbalancer/net/${balancer.id}/${digest(balancer).slice(0, 16)}`,
);

/** Values by resource type, from the CloudFormation reference ("Return values"). */
const MODELS: Readonly<Record<string, Model>> = {
  'AWS::S3::Bucket': { reference: bucketName, attributes: { Arn: bucketArn } },
  'AWS::SQS::Queue': {
    reference: (queue, { sqsEndpoint, account }) => `${sqsEndpoint}/${account}/${named('QueueName')(queue)}`,
    attributes: { Arn: arn('sqs', named('QueueName')), QueueName: named('QueueName') },
  },
  'AWS::IAM::Role': { reference: named('RoleName'), attributes: { Arn: roleArn } },
  'AWS::Lambda::Function': {
    reference: named('FunctionName'),
    attributes: { Arn: arn('lambda', (lambda) => `function:${named('FunctionName')(lambda)}`) },
  },
  'AWS::KMS::Key': { reference: keyId, attributes: { Arn: arn('kms', (key) => `key/${keyId(key)}`), KeyId: keyId } },
  'AWS::SNS::Topic': {
    reference: topicArn,
    attributes: { TopicArn: topicArn, TopicName: named('TopicName') },
  },
  'AWS::Logs::LogGroup': {
    reference: named('LogGroupName'),
    attributes: { Arn: arn('logs', (group) => `log-group:${named('LogGroupName')(group)}:*`) },
  },
  'AWS::Events::Rule': {
    reference: named('Name'),
    attributes: { Arn: arn('events', (rule) => `rule/${named('Name')(rule)}`) },
  },
  'AWS::SecretsManager::Secret': { reference: secretArn, attributes: { Id: secretArn } },
  'AWS::CertificateManager::Certificate': {
    reference: arn('acm', (certificate) => `certificate/${keyId(certificate)}`),
    attributes: {},
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    reference: balancerArn,
    attributes: {
      DNSName: (balancer, { region, urlSuffix }) => `${digest(balancer).slice(0, 16)}.elb.${region}.${urlSuffix}`,
    },
  },
  'AWS::SES::ReceiptRuleSet': { reference: named('RuleSetName'), attributes: {} },
};

/** Null if not modelled. */
export const referenceOf = (resource: Named, place: Place): string | null =>
  MODELS[resource.type]?.reference(resource, place) ?? null;

/** Null if not modelled. */
export const attributeOf = (resource: Named, attribute: string, place: Place): string | null =>
  MODELS[resource.type]?.attributes[attribute]?.(resource, place) ?? null;
