import { describe, expect, it } from 'vitest';
import type { Stack } from '../../../rehearsal/template/assembly.ts';
import { Resolver } from '../../../rehearsal/template/resolver.ts';

const PLACE = {
  account: '123456789012',
  region: 'eu-west-1',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  sqsEndpoint: 'http://127.0.0.1:1',
};

const stack = (name: string, parts: Partial<Stack>): Stack => ({
  name,
  account: null,
  region: null,
  Resources: {},
  Outputs: {},
  Conditions: {},
  Mappings: {},
  Parameters: {},
  ...parts,
});

const resource = (Type: string, Properties: Record<string, unknown> = {}) => ({ Type, Properties });

const storage = stack('storage', {
  Resources: {
    Mails: resource('AWS::SQS::Queue', { QueueName: { 'Fn::Sub': `mails-\${AWS::Region}` } }),
    Unnamed: resource('AWS::S3::Bucket'),
    Vpc: resource('AWS::EC2::VPC'),
  },
  Outputs: {
    Shared: { Value: { Ref: 'Mails' }, Export: { Name: { 'Fn::Join': [':', ['storage', 'Mails']] } } },
    Weak: { Value: { 'Fn::GetAtt': ['Mails', 'Arn'] } },
  },
});

const user = stack('user', {
  region: 'us-east-1',
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  },
  Mappings: { Sizes: { big: { memory: 1024 } } },
  Parameters: { Wanted: { Default: 'the default' } },
  Resources: {
    Role: resource('AWS::IAM::Role', { RoleName: 'worker' }),
    Left: { ...resource('AWS::IAM::Role'), Condition: 'No' },
  },
});

const resolver = new Resolver({ stacks: [storage, user], assets: new Map() }, PLACE);
const inUser = (value: unknown) => resolver.value(user, 'Thing', value);

describe('an intrinsic function', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a pseudo parameter, of the stack’s own region', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of a parameter', { Ref: 'Wanted' }, 'the default'],
    ['Ref of a resource', { Ref: 'Role' }, 'worker'],
    ['GetAtt', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::123456789012:role/worker'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::123456789012:role/worker'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Role' }, 1]] }, 'a-worker-1'],
    ['Sub', { 'Fn::Sub': `x\${Role}y\${Role.Arn}\${!z}` }, `xworkeryarn:aws:iam::123456789012:role/worker\${z}`],
    ['Sub with variables', { 'Fn::Sub': [`\${a}/\${AWS::Partition}`, { a: { Ref: 'Role' } }] }, 'worker/aws'],
    ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['If', { 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
    ['If with Not', { 'Fn::If': ['No', 'a', 'b'] }, 'b'],
    ['If with And', { 'Fn::If': ['Both', 'a', 'b'] }, 'b'],
    ['If with Or', { 'Fn::If': ['Either', 'a', 'b'] }, 'a'],
    ['no value in an object', { a: { 'Fn::If': ['No', 'a', { Ref: 'AWS::NoValue' }] }, b: 1 }, { b: 1 }],
    ['no value in a list', [{ Ref: 'AWS::NoValue' }, 2], [2]],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'big', 'memory'] }, 1024],
    ['Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
    ['GetAZs', { 'Fn::Select': ['0', { 'Fn::GetAZs': '' }] }, 'us-east-1a'],
    [
      'ImportValue, with the region of the stack that exports',
      { 'Fn::ImportValue': 'storage:Mails' },
      'http://127.0.0.1:1/123456789012/mails-eu-west-1',
    ],
    [
      'an output of another stack',
      { 'Fn::GetStackOutput': { StackName: 'storage', OutputName: 'Weak' } },
      'arn:aws:sqs:eu-west-1:123456789012:mails-eu-west-1',
    ],
  ])('%s', (_name, value, expected) => {
    expect(inUser(value)).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown one', { 'Fn::Transform': {} }, /user, Thing: .*Fn::Transform/],
    ['a resource that is not there', { Ref: 'Nobody' }, /user, Thing: there is no resource Nobody/],
    ['an export that is not there', { 'Fn::ImportValue': 'nobody' }, /no stack exports nobody/],
    [
      'an attribute without a model',
      { 'Fn::GetAtt': ['Role', 'RoleId'] },
      /does not model that value of Role \(AWS::IAM::Role\)/,
    ],
    ['an element that is not there', { 'Fn::Select': [3, ['a']] }, /no element 3/],
    ['a condition that is not there', { 'Fn::If': ['Nobody', 1, 2] }, /no condition with that name/],
  ])('that cannot be resolved is an error that names the resource: %s', (_name, value, message) => {
    expect(() => inUser(value)).toThrow(message);
  });
});

describe('resources', () => {
  it('are those of the requested types whose condition holds', () => {
    const found = [
      ...resolver.resources(
        new Map([
          ['AWS::IAM::Role', []],
          ['AWS::SQS::Queue', ['QueueName']],
        ]),
      ),
    ];
    expect(found.map(({ id }) => id)).toEqual(['Mails', 'Role']);
    expect(found[0]?.properties).toEqual({ QueueName: 'mails-eu-west-1' });
  });

  it('without a name get the same one each time', () => {
    expect(resolver.value(storage, 'Thing', { Ref: 'Unnamed' })).toBe('storage-unnamed');
  });

  it('of a type that is not modelled have no name', () => {
    expect(() => resolver.value(storage, 'Thing', { Ref: 'Vpc' })).toThrow(/does not model that value of Vpc/);
  });
});
