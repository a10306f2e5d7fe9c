import { readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../local/s3/journal.ts';
import { encodeLine } from '../../../local/s3/journal-line.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('the journal', () => {
  const path = temporaryDirectory();

  const read = async (file: string) => {
    const transactions: unknown[] = [];
    const { journal, torn, damaged } = await Journal.open(file, (transaction) => transactions.push(transaction));
    return { journal, torn, damaged: damaged.map(String), transactions };
  };
  const readAndClose = async (file: string) => {
    const { journal, ...content } = await read(file);
    await journal.close();
    return content;
  };

  it('replays transactions in order', async () => {
    const file = path('order');
    const { journal } = await read(file);
    const all = Array.from({ length: 500 }, (_, n) => [n, 'é'.repeat(n)]);
    await Promise.all(all.map((transaction) => journal.append(transaction)));
    journal.appendSoon('soon');
    await journal.close();
    expect((await readAndClose(file)).transactions).toEqual([...all, 'soon']);
  });

  it('loses only the line that a crash truncated, wherever it was truncated', async () => {
    const file = path('cut');
    const lines = [[1], [2], ['three']].map(encodeLine);
    const start = lines.slice(0, 2).join('').length;
    for (let length = start; length < lines.join('').length; length++) {
      await writeFile(file, lines.join(''));
      await truncate(file, length);
      const { journal, torn, damaged, transactions } = await read(file);
      expect(transactions).toEqual([[1], [2]]);
      expect({ torn, damaged }).toEqual({ torn: length > start, damaged: [] });
      await journal.append([4]);
      await journal.close();
      expect((await readAndClose(file)).transactions).toEqual([[1], [2], [4]]);
    }
  });

  it('reads lines of older versions, which have no checksum, and adds lines that have one', async () => {
    const file = path('older');
    await writeFile(file, '[1]\n[2]\n');
    const { journal, torn, damaged, transactions } = await read(file);
    expect([transactions, torn, damaged]).toEqual([[[1], [2]], false, []]);
    await journal.append([3]);
    await journal.close();
    expect((await readAndClose(file)).transactions).toEqual([[1], [2], [3]]);
    expect(await readFile(file, 'utf8')).toBe('[1]\n[2]\n{"crc32":"7e19503a","records":[3]}\n');
  });

  it('keeps every other line when any bit of it is flipped, that of a newline included', async () => {
    const file = path('flipped');
    const lines = [['a'], ['b', '{"crc32":"'], ['ü']].map(encodeLine);
    const whole = Buffer.from(lines.join(''));
    const ends = lines.map((_, index) => Buffer.byteLength(lines.slice(0, index + 1).join('')));
    for (const [at, byte] of whole.entries()) {
      for (const bit of [0, 3, 5]) {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(byte ^ (1 << bit), at);
        await writeFile(file, bytes);
        const { torn, damaged, transactions } = await readAndClose(file);
        const hit = ends.includes(at + 1) ? -1 : ends.findIndex((end) => at < end);
        const kept = [['a'], ['b', '{"crc32":"'], ['ü']].filter((_, index) => index !== hit);
        expect(transactions, `bit ${bit} of byte ${at}`).toEqual(kept);
        expect([damaged.length > 0, torn], `bit ${bit} of byte ${at}`).toEqual([true, false]);
      }
    }
  });

  it('skips a block that never reached the disk', async () => {
    const file = path('hole');
    const hole = `${'\0'.repeat(300)}"}`;
    await writeFile(file, `${encodeLine([1])}${hole}\n${encodeLine([3])}`);
    const { damaged, transactions } = await readAndClose(file);
    expect([damaged, transactions]).toEqual([[`${hole}\n`], [[1], [3]]]);
  });

  it('is replaced as a whole', async () => {
    const file = path('rewritten');
    const { journal } = await read(file);
    await journal.append('old');
    await journal.close();
    const many = Array.from({ length: 5000 }, (_, n) => ({ n, text: 'x'.repeat(30) }));
    await Journal.rewrite(file, many);
    expect((await readAndClose(file)).transactions).toEqual(many);
    expect((await readFile(file, 'utf8')).endsWith('\n')).toBe(true);
  });
});
