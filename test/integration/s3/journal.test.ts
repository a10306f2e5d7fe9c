import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../local/s3/journal.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('the journal', () => {
  const path = temporaryDirectory();

  const read = async (file: string) => {
    const transactions: unknown[] = [];
    const { journal, torn, damaged } = await Journal.open(file, (transaction) => transactions.push(transaction));
    return { journal, torn, damaged, transactions };
  };
  const readAndClose = async (file: string) => {
    const { journal, ...content } = await read(file);
    await journal.close();
    return content;
  };

  it('gives back what was appended, in order', async () => {
    const file = path('order');
    const { journal } = await read(file);
    const all = Array.from({ length: 500 }, (_, n) => ({ n, text: 'é'.repeat(n) }));
    await Promise.all(all.map((transaction) => journal.append(transaction)));
    journal.appendSoon('soon');
    await journal.close();
    expect((await readAndClose(file)).transactions).toEqual([...all, 'soon']);
  });

  it('loses only the line that a crash cut short, wherever it was cut', async () => {
    const file = path('cut');
    const lines = ['{"n":1}\n', '{"n":2}\n', '{"text":"three"}\n'];
    for (let length = 16; length < lines.join('').length; length++) {
      await writeFile(file, lines.join(''));
      await truncate(file, length);
      const { journal, torn, damaged, transactions } = await read(file);
      expect(transactions).toEqual([{ n: 1 }, { n: 2 }]);
      expect({ torn, damaged }).toEqual({ torn: length > 16 ? 1 : 0, damaged: 0 });
      await journal.append({ n: 4 });
      await journal.close();
      expect((await readAndClose(file)).transactions).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }]);
    }
  });

  it('passes over a block that never reached the disk', async () => {
    const file = path('hole');
    await writeFile(file, '{"n":1}\n');
    await appendFile(file, Buffer.concat([Buffer.alloc(300), Buffer.from('"}\n{"n":3}\n')]));
    const { damaged, transactions } = await readAndClose(file);
    expect([damaged, transactions]).toEqual([1, [{ n: 1 }, { n: 3 }]]);
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
