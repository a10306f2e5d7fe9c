import { PermanentError } from '../../core/mail/errors.ts';
import type { Policies } from '../iam/evaluate.ts';
import { readPolicy, type Statement } from '../iam/statement.ts';
import type { FoundResources } from './found.ts';

/** AWS managed policies in use (AWS managed policy reference). */
const MANAGED: Readonly<Record<string, object>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
};

/** @throws PermanentError `policy.unknown` for anything the evaluator would misinterpret */
export function policiesOf(resources: FoundResources): Policies {
  const identity = new Map<string, Statement[]>();
  const resource = new Map<string, Statement[]>();
  const add = (to: Map<string, Statement[]>, arn: string, statements: Statement[]) =>
    to.set(arn, [...(to.get(arn) ?? []), ...statements]);

  for (const role of resources.of('AWS::IAM::Role')) {
    const { AssumeRolePolicyDocument, Policies: inline, ManagedPolicyArns } = role.properties;
    const arn = role.attribute('Arn');
    add(resource, arn, readPolicy(`${role.id} (trust)`, AssumeRolePolicyDocument));
    add(identity, arn, []);
    for (const { PolicyName, PolicyDocument } of inline) {
      add(identity, arn, readPolicy(`${role.id}/${PolicyName}`, PolicyDocument));
    }
    for (const managed of ManagedPolicyArns) {
      const document = MANAGED[managed];
      if (document === undefined)
        throw new PermanentError('policy.unknown', `${role.id}: the rehearsal does not model ${managed}`);
      add(identity, arn, readPolicy(`${role.id}/${managed.split('/').at(-1)}`, document));
    }
    for (const { properties } of resources.of('AWS::IAM::Policy')) {
      if (properties.Roles.includes(role.ref)) add(identity, arn, readPolicy(role.id, properties.PolicyDocument));
    }
  }
  for (const { id, properties } of resources.of('AWS::S3::BucketPolicy')) {
    add(resource, `arn:aws:s3:::${properties.Bucket}`, readPolicy(id, properties.PolicyDocument));
  }
  const queueArns = new Map(resources.of('AWS::SQS::Queue').map((queue) => [queue.ref, queue.attribute('Arn')]));
  for (const { id, properties } of resources.of('AWS::SQS::QueuePolicy')) {
    for (const url of properties.Queues) {
      add(resource, queueArns.get(url) ?? url, readPolicy(id, properties.PolicyDocument));
    }
  }
  for (const { id, properties } of resources.of('AWS::SNS::TopicPolicy')) {
    for (const topic of properties.Topics) add(resource, topic, readPolicy(id, properties.PolicyDocument));
  }
  for (const key of resources.of('AWS::KMS::Key')) {
    add(resource, key.attribute('Arn'), readPolicy(key.id, key.properties.KeyPolicy));
  }
  const functionArns = new Map(resources.of('AWS::Lambda::Function').map((each) => [each.ref, each.attribute('Arn')]));
  for (const { id, properties } of resources.of('AWS::Lambda::Permission')) {
    const arn = functionArns.get(properties.FunctionName) ?? properties.FunctionName;
    add(resource, arn, readPolicy(id, permissionDocument(properties, arn)));
  }
  return { identity, resource };
}

/** The policy statement Lambda derives from a permission. */
function permissionDocument(
  {
    Action,
    Principal,
    SourceArn,
    SourceAccount,
  }: { Action: string; Principal: string; SourceArn?: string | undefined; SourceAccount?: string | undefined },
  arn: string,
): object {
  const Condition = {
    ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
  };
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: arn, Condition }],
  };
}
