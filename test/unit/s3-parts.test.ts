import { describe, expect, it } from 'vitest';
import { inParts, PART_BYTES, type Part } from '../../core/aws/s3-parts.ts';

const MB = 1024 * 1024;

async function* bodyOf(bytes: number, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let left = bytes; left > 0; left -= chunkBytes) yield Buffer.alloc(Math.min(chunkBytes, left), left % 256);
}

describe('a body in parts', () => {
  it.each([
    [0, [0]],
    [1, [1]],
    [PART_BYTES, [PART_BYTES]],
    [PART_BYTES + 1, [PART_BYTES, 1]],
    [3 * PART_BYTES, [PART_BYTES, PART_BYTES, PART_BYTES]],
  ])('of %i bytes', async (bytes, lengths) => {
    const parts: Part[] = [];
    for await (const part of inParts(bodyOf(bytes, 300_000), new AbortController().signal)) parts.push(part);
    expect(parts.map((part) => part.bytes.length)).toEqual(lengths);
    expect(parts.map((part) => part.last)).toEqual(lengths.map((_, at) => at === lengths.length - 1));
  });

  it('leaves nothing in memory of what went by, also with a signal that may abort it', async () => {
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for await (const _part of inParts(bodyOf(512 * MB, 64 * 1024), new AbortController().signal)) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most).toBeLessThan(256 * MB);
  });

  it('has the memory of one part', async () => {
    const memory = new Set<ArrayBufferLike>();
    for await (const { bytes } of inParts(bodyOf(5 * PART_BYTES, 64 * 1024))) memory.add(bytes.buffer);
    expect([...memory].map(({ byteLength }) => byteLength)).toEqual([PART_BYTES]);
  });

  it('takes no more memory than a short body has', async () => {
    for await (const { bytes } of inParts(bodyOf(1000, 1000))) expect(bytes.buffer.byteLength).toBe(1000);
  });

  it('ends with the reason of the signal, even when the body has stalled', async () => {
    const cancel = new AbortController();
    async function* stalled(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(1);
      await new Promise(() => {});
    }
    const parts = inParts(stalled(), cancel.signal).next();
    cancel.abort(new Error('enough'));
    await expect(parts).rejects.toThrow('enough');
  });
});
