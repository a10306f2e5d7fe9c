import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBuffer, blockStream, inBlocks, Window } from '../../core/reading/blocks.ts';

describe('blocks', () => {
  it('hold the same bytes however they arrived, each but the last of full size and in its own memory', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 40 }), async (parts, size) => {
        async function* content() {
          for (const part of parts) yield Buffer.from(part);
        }
        const blocks: Uint8Array[] = [];
        for await (const block of inBlocks(content(), size)) {
          expect(block.byteLength).toBe(block.buffer.byteLength);
          blocks.push(block);
        }
        expect(Buffer.concat(blocks)).toEqual(Buffer.concat(parts));
        for (const block of blocks.slice(0, -1)) expect(block.length).toBe(size);
        expect(blocks.at(-1)?.length).not.toBe(0);
      }),
    );
  });

  it('are read when their consumer asks for the next one', async () => {
    let taken = 0;
    const queue = blockStream(() => {
      taken += 1;
    });
    const reading = queue[Symbol.asyncIterator]();
    const waiting = reading.next();
    queue.push(Buffer.from('one'));
    queue.push(Buffer.from('two'));
    expect((await waiting).value).toEqual(Buffer.from('one'));
    expect(taken).toBe(0);
    expect((await reading.next()).value).toEqual(Buffer.from('two'));
    expect(taken).toBe(1);
    queue.end();
    expect((await reading.next()).done).toBe(true);
    expect(taken).toBe(2);
  });

  it('are collected while they pass', async () => {
    const MB = 1024 * 1024;
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const queue = blockStream(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      queue.push(asBuffer(new Uint8Array(MB)));
    });
    queue.push(asBuffer(new Uint8Array(MB)));
    let passed = 0;
    for await (const { length } of queue) {
      passed += length;
      if (passed === 200 * MB) break;
    }
    expect(most).toBeLessThan(24 * MB);
  });

  it('wait for the window, until it is abandoned', async () => {
    const window = new Window(2);
    await window.acquire();
    await window.acquire();
    const order: string[] = [];
    const third = window.acquire().then(() => order.push('third'));
    order.push('released');
    window.release();
    await third;
    expect(order).toEqual(['released', 'third']);
    const fourth = window.acquire();
    window.abandon();
    await Promise.all([fourth, window.acquire()]);
  });
});
