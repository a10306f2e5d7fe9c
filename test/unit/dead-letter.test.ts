import { describe, expect, it } from 'vitest';
import { decodeDeadLetter, encodeDeadLetter } from '../../core/outcome/dead-letter.ts';

describe('a dead letter', () => {
  it('carries why it is one', () => {
    const cause = { reason: 'raw.missing', lastError: 'there is no object a/b', receiveCount: 5 };
    const { body, attributes } = encodeDeadLetter('the event', cause);
    expect(body).toBe('the event');
    expect(decodeDeadLetter(attributes, 6)).toEqual(cause);
  });

  it('that SQS itself moved says so', () => {
    expect(decodeDeadLetter({}, 6)).toEqual({ reason: 'retries.exhausted', lastError: null, receiveCount: 6 });
  });

  it('has attributes that SQS takes, whatever the error says', () => {
    const lastError = `\u0000\uFFFF\uD800${'x'.repeat(2_000)}`;
    const { attributes } = encodeDeadLetter('', { reason: 'r', lastError, receiveCount: 1 });
    expect(attributes['lastError']).toBe(`???${'x'.repeat(997)}`);
    const empty = encodeDeadLetter('', { reason: 'r', lastError: '', receiveCount: 1 });
    expect(empty.attributes['lastError']).toBe('?');
  });
});
