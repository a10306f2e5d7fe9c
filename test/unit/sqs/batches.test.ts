import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, messageBytes } from '../../../core/aws/sqs-batches.ts';
import { SQS_MESSAGE_MAX_BYTES } from '../../../core/mail/limits.ts';

describe('batchesOf', () => {
  it('keeps the order and both limits, and fills batches', () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: SQS_MESSAGE_MAX_BYTES })),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(sizes, (lengths) => {
        const messages = lengths.map((length) => ({ body: 'x'.repeat(length) }));
        const batches = [...batchesOf(messages)];
        expect(batches.flat()).toEqual(messages);
        for (const [index, batch] of batches.entries()) {
          const bytes = batch.reduce((total, message) => total + messageBytes(message), 0);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(bytes).toBeLessThanOrEqual(SQS_MESSAGE_MAX_BYTES);
          const next = batches[index + 1]?.[0];
          const hasRoom = batch.length < 10 && next && bytes + messageBytes(next) <= SQS_MESSAGE_MAX_BYTES;
          expect(hasRoom ?? false).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('counts UTF-8 bytes, and name, type and value of attributes', () => {
    expect(messageBytes({ body: 'ü', attributes: { schema: 'é' } })).toBe(2 + 6 + 6 + 2);
  });
});
