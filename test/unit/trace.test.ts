import { describe, expect, it } from 'vitest';
import { withoutTrace } from '../../core/mail/trace.ts';

async function* chunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('withoutTrace', () => {
  it.each([1, 2, 3, 5, 7, 100])('skips the trace header, split into %d bytes', async (size) => {
    const parts = [];
    for await (const part of withoutTrace(chunks(Buffer.from('tracedata'), size), 5)) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('data');
  });

  it('yields nothing for an object that is all trace', async () => {
    for await (const part of withoutTrace(chunks(Buffer.from('trace'), 2), 5)) expect.fail(part.toString());
  });
});
