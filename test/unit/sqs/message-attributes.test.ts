import { describe, expect, it } from 'vitest';
import { SqsError } from '../../../local/sqs/errors.ts';
import type { AttributeValue } from '../../../local/sqs/message.ts';
import { checkContent, md5OfAttributes, selectAttributes } from '../../../local/sqs/message-attributes.ts';

const text = (StringValue: string, DataType = 'String'): AttributeValue => ({ DataType, StringValue });
const check = (attributes: Record<string, AttributeValue>) => () => checkContent({ body: 'b', attributes }, 1_048_576);

describe('message attributes', () => {
  it('have the MD5 that the Developer Guide describes', () => {
    // Computed from that description with the MD5 of another language.
    const attributes = { timestamp: text('1493147359900', 'Number') };
    expect(md5OfAttributes(attributes)).toBe('235c5c510d26fb653d073faed50ae77c');
  });

  it('are selected by name, by prefix or all', () => {
    const attributes = { a: text('1'), 'b.one': text('2'), 'b.two': text('3') };
    expect(Object.keys(selectAttributes(attributes, ['a', 'missing']))).toEqual(['a']);
    expect(Object.keys(selectAttributes(attributes, ['b.*']))).toEqual(['b.one', 'b.two']);
    expect(Object.keys(selectAttributes(attributes, ['All']))).toHaveLength(3);
    expect(Object.keys(selectAttributes(attributes, ['.*']))).toHaveLength(3);
    expect(selectAttributes(attributes, [])).toEqual({});
  });

  it('are accepted as AWS accepts them', () => {
    expect(check({ kind: text('message'), 'a.b-c_d': text('5', 'Number.int') })).not.toThrow();
    expect(check({ raw: { DataType: 'Binary.png', BinaryValue: 'AAEC' } })).not.toThrow();
  });

  it.each<[string, Record<string, AttributeValue>]>([
    ['an empty value', { kind: text('') }],
    ['no value', { kind: { DataType: 'String' } }],
    ['two values', { kind: { DataType: 'String', StringValue: 'a', BinaryValue: 'AAEC' } }],
    ['a value of another type', { kind: { DataType: 'Binary', StringValue: 'a' } }],
    ['an unknown type', { kind: text('a', 'Text') }],
    ['a Number that is none', { kind: text('five', 'Number') }],
    ['a reserved name', { 'AWS.kind': text('a') }],
    ['a name with a space', { 'a kind': text('a') }],
    ['a name with two periods', { 'a..b': text('a') }],
    ['a control character', { kind: text('\u0007') }],
    ['eleven attributes', Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, text('x')]))],
    ['more than the queue takes', { kind: text('x'.repeat(1_048_576)) }],
  ])('are rejected with %s', (_, attributes) => {
    expect(check(attributes)).toThrow(SqsError);
  });
});
