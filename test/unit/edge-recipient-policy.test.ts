import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher } from '../../core/mail/glob.ts';
import { parseAddress } from '../../edge-mta/commands/address.ts';
import { recipientPolicy } from '../../edge-mta/policy/recipient-policy.ts';
import { replyCode } from '../../edge-mta/replies.ts';

const RULES = [
  { match: 'info', route: 'office' },
  { match: 'sales-*@ours.test', route: 'sales' },
  { match: '*@catch.test', route: null },
];

function decide(address: string, changes: Partial<Parameters<typeof recipientPolicy>[0]> = {}): string | null {
  const policy = recipientPolicy({
    domains: ['ours.test', 'Catch.TEST', 'bücher.test'],
    recipients: RULES,
    tagSeparator: '+',
    ...changes,
  });
  const parsed = parseAddress(address);
  if (parsed === null) throw new Error(`${address} is no address`);
  const decision = policy(parsed);
  return decision.accepted ? decision.route : replyCode(decision.reply);
}

describe('recipientPolicy', () => {
  it.each([
    ['info@ours.test', 'office'],
    ['INFO@OURS.TEST', 'office'],
    ['info+tag@catch.test', 'office'],
    ['"info"@ours.test', 'office'],
    ['sales-@ours.test', 'sales'],
    ['sales-eu@ours.test', 'sales'],
    ['sales-eu@catch.test', null],
    ['anybody@catch.test', null],
    ['info@xn--bcher-kva.test', 'office'],
    ['nobody@ours.test', '550 5.1.1'],
    ['sales@ours.test', '550 5.1.1'],
    ['+info@ours.test', '550 5.1.1'],
    ['info@elsewhere.test', '550 5.7.1'],
    ['info@ours.test.elsewhere.test', '550 5.7.1'],
    ['info@[127.0.0.1]', '550 5.7.1'],
    ['info%elsewhere.test@ours.test', '550 5.7.1'],
    ['elsewhere.test!info@ours.test', '550 5.7.1'],
    ['"info@elsewhere.test"@ours.test', '550 5.7.1'],
    ['postmaster', null],
    ['postmaster@ours.test', null],
    ['postmaster+tag@ours.test', null],
    ['postmaster@elsewhere.test', '550 5.7.1'],
  ])('%s gets %s', (address, expected) => {
    expect(decide(address)).toBe(expected);
  });

  it('accepts every recipient of a domain when none are listed', () => {
    expect(decide('whoever@ours.test', { recipients: [] })).toBeNull();
    expect(decide('whoever@elsewhere.test', { recipients: [] })).toBe('550 5.7.1');
  });

  it('accepts every domain when none is listed, as local mode does', () => {
    expect(decide('info@elsewhere.test', { domains: [] })).toBe('office');
    expect(decide('u%evil@elsewhere.test', { domains: [] })).toBe('550 5.7.1');
  });

  it('treats tags as part of the name when tagging is off', () => {
    expect(decide('info+tag@ours.test', { tagSeparator: null })).toBe('550 5.1.1');
    expect(decide('info-tag@ours.test', { tagSeparator: '-' })).toBe('office');
  });
});

describe('globMatcher', () => {
  it('matches what a regular expression of the pattern matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 10 });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        const expression = pattern.split('*').map((piece) => piece.replaceAll('.', '\\.'));
        expect(globMatcher(pattern)(subject)).toBe(new RegExp(`^${expression.join('[^]*')}$`).test(subject));
      }),
      { numRuns: 5_000 },
    );
  });
});
