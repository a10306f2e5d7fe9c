import { describe, expect, it } from 'vitest';
import { type Access, evaluate, type Policies, type Principal } from '../../../rehearsal/iam/evaluate.ts';
import { readPolicy } from '../../../rehearsal/iam/statement.ts';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/parser`;
const role: Principal = { kind: 'role', arn: ROLE, account: ACCOUNT };
const s3: Principal = { kind: 'service', name: 's3.amazonaws.com' };
const OBJECT = 'arn:aws:s3:::mails/raw/1.eml';
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:mails`;

const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: object = {}) => ({ Effect: 'Deny', Action, Resource, ...more });
const EVERYBODY = { Principal: { AWS: '*' } };

function policies(identity: object[], resource: Record<string, object[]> = {}): Policies {
  const read = (owner: string, Statement: object[]) => readPolicy(owner, { Version: '2012-10-17', Statement });
  return {
    identity: new Map([[ROLE, read('role', identity)]]),
    resource: new Map(Object.entries(resource).map(([arn, statements]) => [arn, read(arn, statements)])),
  };
}

const may = (where: Policies, access: Partial<Access>): boolean =>
  evaluate(where, { principal: role, action: 's3:GetObject', resource: OBJECT, context: {}, ...access }).allowed;

describe('a role policy', () => {
  it.each<[string, object, Partial<Access>, boolean]>([
    ['nothing is allowed that no statement allows', allow('s3:PutObject', '*'), {}, false],
    ['an action by its name', allow('s3:GetObject', '*'), {}, true],
    ['an action in any case', allow('S3:getobject', '*'), {}, true],
    ['an action by a pattern', allow('s3:Get*', '*'), {}, true],
    ['a question mark is one character', allow('s3:GetObjec?', '*'), {}, true],
    ['a question mark is no end', allow('s3:GetObject?', '*'), {}, false],
    ['every action but one', { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }, {}, false],
    ['every other action', { Effect: 'Allow', NotAction: 's3:PutObject', Resource: '*' }, {}, true],
    ['an object below a prefix', allow('s3:*', 'arn:aws:s3:::mails/raw/*'), {}, true],
    ['an object elsewhere', allow('s3:*', 'arn:aws:s3:::mails/parsed/*'), {}, false],
    ['a bucket is not its objects', allow('s3:*', 'arn:aws:s3:::mails'), {}, false],
    [
      'everything but a prefix',
      { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::mails/raw/*' },
      {},
      false,
    ],
    [
      'a star does not reach over a colon',
      allow('sqs:*', 'arn:aws:sqs:*:mails'),
      { resource: QUEUE, action: 'sqs:x' },
      false,
    ],
    ['a dot is a dot', allow('s3:*', 'arn:aws:s3:::mails/raw/1xeml'), {}, false],
    ['an action without a resource', allow('textract:*', '*'), { action: 'textract:A', resource: '*' }, true],
    [
      'a variable',
      allow('s3:*', `arn:aws:s3:::mails/\${aws:PrincipalAccount}/*`),
      { resource: `arn:aws:s3:::mails/${ACCOUNT}/1` },
      true,
    ],
    ['a variable without a value', allow('s3:*', `arn:aws:s3:::mails/\${aws:SourceAccount}*`), {}, false],
    ['a character in braces', allow('s3:*', `arn:aws:s3:::mails/raw/\${*}`), {}, false],
  ])('%s', (_name, statement, access, expected) => {
    expect(may(policies([statement]), access)).toBe(expected);
  });

  it('a denial wins over every permission', () => {
    expect(may(policies([allow('s3:*', '*'), deny('s3:Get*', OBJECT)]), {})).toBe(false);
  });

  it('a statement can be left out', () => {
    const where = policies([allow('s3:GetObject', '*')]);
    const access: Access = { principal: role, action: 's3:GetObject', resource: OBJECT, context: {} };
    const { by } = evaluate(where, access);
    expect(by?.label).toBe('role/1');
    expect(evaluate(where, access, by)).toEqual({ allowed: false, by: null, through: null });
  });
});

describe('a condition', () => {
  const CONTEXT = { 's3:TlsVersion': '1.2', 'aws:SourceArn': 'arn:aws:s3:::mails', 'iam:PassedToService': 'a.b' };
  it.each<[string, string, string, unknown, boolean]>([
    ['the same text', 'StringEquals', 'iam:PassedToService', 'a.b', true],
    ['one of several', 'StringEquals', 'iam:PassedToService', ['x', 'a.b'], true],
    ['no wildcards in a plain comparison', 'StringEquals', 'iam:PassedToService', 'a.*', false],
    ['wildcards where they are said', 'StringLike', 'iam:PassedToService', 'a.*', true],
    ['another text', 'StringNotEquals', 'iam:PassedToService', 'a.b', false],
    ['a key that is not there equals nothing', 'StringEquals', 's3:if-match', 'x', false],
    ['a key that is not there differs from everything', 'StringNotEquals', 's3:if-match', 'x', true],
    ['a key only where it is there', 'StringEqualsIfExists', 's3:if-match', 'x', true],
    ['a key that is there', 'StringEqualsIfExists', 'iam:PassedToService', 'x', false],
    ['that a key is not there', 'Null', 's3:if-match', 'true', true],
    ['that a key is there', 'Null', 's3:TlsVersion', false, true],
    ['the name of a key in any case', 'Null', 'S3:TLSVERSION', true, false],
    ['a number below', 'NumericLessThan', 's3:TlsVersion', 1.3, true],
    ['a number that is not below', 'NumericLessThan', 's3:TlsVersion', 1.2, false],
    ['an ARN', 'ArnEquals', 'aws:SourceArn', 'arn:aws:s3:::mails', true],
    ['an ARN with wildcards', 'ArnLike', 'aws:SourceArn', 'arn:*:s3:::m*', true],
    ['any ARN but one', 'ArnNotEquals', 'aws:SourceArn', 'arn:aws:s3:::mails', false],
    ['a truth', 'Bool', 'aws:SecureTransport', 'false', false],
  ])('on %s', (_name, operator, key, wanted, expected) => {
    const where = policies([allow('s3:*', '*', { Condition: { [operator]: { [key]: wanted } } })]);
    expect(may(where, { context: CONTEXT })).toBe(expected);
  });

  it('holds only when all its operators and keys do', () => {
    const condition = {
      Null: { 's3:if-match': 'true', 's3:if-none-match': 'true' },
      Bool: { 'aws:SecureTransport': 'true' },
    };
    const where = policies([allow('s3:*', '*', { Condition: condition })]);
    expect(may(where, { context: { 'aws:SecureTransport': 'true' } })).toBe(true);
    expect(may(where, { context: { 'aws:SecureTransport': 'true', 's3:if-none-match': '*' } })).toBe(false);
    expect(may(where, { context: {} })).toBe(false);
  });
});

describe('a resource policy', () => {
  const BUCKET = 'arn:aws:s3:::mails';

  it('is sufficient to allow a role of the same account', () => {
    expect(may(policies([], { [BUCKET]: [allow('s3:*', '*', { Principal: { AWS: ROLE } })] }), {})).toBe(true);
    expect(may(policies([], { [BUCKET]: [allow('s3:*', '*', { Principal: { AWS: `${ROLE}2` } })] }), {})).toBe(false);
  });

  it('that names the account delegates to the role’s policies', () => {
    const account = { [BUCKET]: [allow('s3:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })] };
    expect(may(policies([], account), {})).toBe(false);
    expect(may(policies([allow('s3:*', '*')], account), {})).toBe(true);
  });

  it('overrides what the role policy allows', () => {
    const where = policies([allow('s3:*', '*')], { [BUCKET]: [deny('s3:*', '*', EVERYBODY)] });
    expect(may(where, {})).toBe(false);
  });

  it('allows a service, which has no policy of its own', () => {
    const where = policies([allow('sqs:*', '*')], {
      [QUEUE]: [allow('sqs:SendMessage', QUEUE, { Principal: { Service: 's3.amazonaws.com' } })],
    });
    const access = { principal: s3, action: 'sqs:SendMessage', resource: QUEUE };
    expect(may(where, access)).toBe(true);
    expect(may(where, { ...access, principal: { kind: 'service', name: 'sns.amazonaws.com' } })).toBe(false);
    expect(may(where, { ...access, resource: `${QUEUE}2` })).toBe(false);
  });

  it('of a KMS key must allow the role or its account; a role policy is not enough', () => {
    const decrypt = { action: 'kms:Decrypt', resource: KEY };
    const own = allow('kms:Decrypt', KEY);
    const account = allow('kms:*', '*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });
    expect(may(policies([own]), decrypt)).toBe(false);
    expect(may(policies([], { [KEY]: [account] }), decrypt)).toBe(false);
    expect(may(policies([own], { [KEY]: [account] }), decrypt)).toBe(true);
    expect(may(policies([], { [KEY]: [allow('kms:*', '*', { Principal: { AWS: ROLE } })] }), decrypt)).toBe(true);
  });
});

describe('an unsupported policy element is rejected when it is read', () => {
  it.each<[string, object, string]>([
    [
      'an operator',
      allow('s3:*', '*', { Condition: { DateLessThan: { 'aws:SourceArn': 'x' } } }),
      'operator DateLessThan',
    ],
    [
      'an operator of sets',
      allow('s3:*', '*', { Condition: { 'ForAnyValue:StringLike': { 'aws:SourceArn': 'x' } } }),
      'ForAnyValue',
    ],
    ['a key', allow('s3:*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), 'key aws:Multi'],
    ['a variable', allow('s3:*', `arn:aws:s3:::\${aws:username}`), `variable \${aws:username}`],
    ['an element', { ...allow('s3:*', '*'), NotPrincipal: '*' }, 'NotPrincipal'],
    ['a kind of principal', allow('s3:*', '*', { Principal: { Federated: 'x' } }), 'kind Federated'],
  ])('%s', (_name, statement, message) => {
    expect(() => policies([statement])).toThrow(message);
    expect(() => policies([statement])).toThrow(/role/);
  });
});
