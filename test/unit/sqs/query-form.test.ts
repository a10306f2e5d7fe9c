import { describe, expect, it } from 'vitest';
import { SqsError } from '../../../local/sqs/errors.ts';
import { readForm } from '../../../local/sqs/query-form.ts';

const read = (text: string) => readForm(new URLSearchParams(text));

describe('readForm', () => {
  it('reads scalars, numbers, and nested lists and maps', () => {
    const form = [
      'Action=SendMessageBatch',
      'Version=2012-11-05',
      'QueueUrl=http%3A%2F%2F127.0.0.1%2Fq',
      'SendMessageBatchRequestEntry.2.Id=b',
      'SendMessageBatchRequestEntry.2.MessageBody=two%0D%0Alines',
      'SendMessageBatchRequestEntry.1.Id=a',
      'SendMessageBatchRequestEntry.1.MessageBody=7',
      'SendMessageBatchRequestEntry.1.DelaySeconds=7',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=kind',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=x',
    ].join('&');
    expect(read(form)).toEqual({
      Action: 'SendMessageBatch',
      QueueUrl: 'http://127.0.0.1/q',
      Entries: [
        {
          Id: 'a',
          MessageBody: '7',
          DelaySeconds: 7,
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
        },
        { Id: 'b', MessageBody: 'two\r\nlines' },
      ],
    });
    expect(read('Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=5')).toEqual({
      Attributes: { VisibilityTimeout: '5' },
    });
    expect(read('AttributeName.10=b&AttributeName.9=a')).toEqual({ AttributeNames: ['a', 'b'] });
    expect(read('Attribute.1.Name=a&Attribute.1.Value=')).toEqual({ Attributes: { a: '' } });
  });

  it.each([
    ['a parameter it does not know', 'Attribute.1.Name=a&Filter.1.Name=b'],
    ['a map entry without a value', 'Attribute.1.Name=a'],
    ['a scalar that is a list as well', 'AttributeName=a&AttributeName.1=b'],
    ['a scalar in place of a map entry', 'Attribute.1=a'],
  ])('refuses %s', (_, form) => {
    expect(() => read(form)).toThrow(SqsError);
  });

  it('keeps names such as __proto__ as data', () => {
    const input = read('Attribute.1.Name=__proto__&Attribute.1.Value=x&__proto__=y');
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(Object.keys(input)).toEqual(['Attributes', '__proto__']);
  });
});
