import { describe, expect, it } from 'vitest';
import { Guard } from '../../../rehearsal/guard.ts';
import type { Principal } from '../../../rehearsal/iam/evaluate.ts';
import { readPolicy } from '../../../rehearsal/iam/statement.ts';

const ROLE = 'arn:aws:iam::123456789012:role/parser';
const principal: Principal = { kind: 'role', arn: ROLE, account: '123456789012' };

function guardOf(...Statement: object[]): Guard {
  const identity = new Map([[ROLE, readPolicy('parser', { Version: '2012-10-17', Statement })]]);
  return new Guard({ identity, resource: new Map() });
}

const allow = (Sid: string, Action: string, Resource = '*') => ({ Sid, Effect: 'Allow', Action, Resource });

describe('the guard', () => {
  it('records denied requests and their number', () => {
    const guard = guardOf(allow('Read', 's3:GetObject'));
    for (let time = 0; time < 3; time++) guard.ask({ principal, action: 's3:PutObject', resource: 'arn:aws:s3:::a/b' });
    guard.ask({ principal, action: 's3:GetObject', resource: 'arn:aws:s3:::a/b' });
    expect(guard.refused.map(({ access: { action }, count }) => [action, count])).toEqual([['s3:PutObject', 3]]);
  });

  it('finds statements that are unused or redundant', () => {
    const guard = guardOf(
      allow('Read', 's3:GetObject'),
      allow('Write', 's3:PutObject'),
      allow('WriteAgain', 's3:Put*'),
      allow('Delete', 's3:DeleteObject'),
    );
    for (const action of ['s3:GetObject', 's3:PutObject'])
      guard.ask({ principal, action, resource: 'arn:aws:s3:::a/b' });
    expect(guard.unneeded().map(({ label }) => label)).toEqual(['parser/Write', 'parser/WriteAgain', 'parser/Delete']);
  });

  it('assumes requests over TLS', () => {
    const plain = {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    const guard = guardOf(allow('Read', 's3:GetObject'), plain);
    const access = { principal, action: 's3:GetObject', resource: 'arn:aws:s3:::a/b' };
    expect(guard.ask(access).allowed).toBe(true);
    expect(guard.ask({ ...access, context: { 'aws:SecureTransport': 'false' } }).allowed).toBe(false);
  });
});
