import { describe, expect, it } from 'vitest';
import { beginAttempt } from '../../core/outcome/attempts.ts';
import { decodeDeadLetter, encodeDeadLetter } from '../../core/outcome/dead-letter.ts';
import { openDeadLetter } from '../../lambda/dead-letter/dead-letter.ts';
import { MemoryStore } from '../support/memory-aws.ts';

describe('a dead letter', () => {
  it('carries its cause', () => {
    const cause = { reason: 'raw.missing', lastError: 'there is no object a/b', receiveCount: 5 };
    const { body, attributes } = encodeDeadLetter('the event', cause);
    expect(body).toBe('the event');
    expect(decodeDeadLetter(attributes)).toEqual(cause);
  });

  it('that SQS itself moved has no cause', () => {
    expect(decodeDeadLetter({})).toBeNull();
  });

  it('has attributes that SQS accepts, whatever the error text', () => {
    const lastError = `\u0000\uFFFF\uD800${'x'.repeat(2_000)}`;
    const { attributes } = encodeDeadLetter('', { reason: 'r', lastError, receiveCount: 1 });
    expect(attributes['lastError']).toBe(`???${'x'.repeat(997)}`);
    const empty = encodeDeadLetter('', { reason: 'r', lastError: '', receiveCount: 1 });
    expect(empty.attributes['lastError']).toBe('?');
  });

  it('that SQS moved gives the attempts of its function, and its receives since', async () => {
    const contentBucket = 'mail-content';
    const deps = { store: new MemoryStore(), contentBucket };
    const moved = { messageId: 'm', attributes: {}, receiveCount: 1_007 };
    const never = { reason: 'retries.exhausted', lastError: null, receiveCount: 0 };
    expect(await openDeadLetter(deps, moved)).toEqual({ cause: never, receives: 7 });
    await beginAttempt(deps.store, contentBucket, { messageId: 'm', receiveCount: 2 }, 5);
    expect(await openDeadLetter(deps, moved)).toEqual({ cause: { ...never, receiveCount: 1 }, receives: 7 });
    const given = encodeDeadLetter('', { reason: 'raw.missing', lastError: 'gone', receiveCount: 5 });
    const cause = { reason: 'raw.missing', lastError: 'gone', receiveCount: 5 };
    expect(await openDeadLetter(deps, { ...moved, ...given, receiveCount: 3 })).toEqual({ cause, receives: 3 });
  });
});
