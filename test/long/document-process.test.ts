import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CpuBudget } from '../../core/document/cpu-budget.ts';
import { openDocument } from '../../core/document/document-process.ts';
import { residentMemory } from '../../core/process/process-usage.ts';
import { textPdf } from '../fixtures/source/pdf.ts';
import { Child } from '../support/child.ts';
import { activePdf, billionLaughs, pdfWith } from '../support/ocr/documents.ts';
import {
  answersTo,
  documentProcess,
  PACKAGES,
  removeDocumentBundle,
  textLayer,
  unlimited,
} from '../support/ocr/open-document.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

afterAll(removeDocumentBundle);

const MISBEHAVING = pathToFileURL('test/support/ocr/misbehaving-document.mjs');

/** A process that opens a document like the enricher. */
const functionWith = (entry: string, document: string): Child =>
  new Child(process.execPath, ['--import', 'tsx', 'test/support/ocr/function-parent.ts', entry, document]);

describe('the process that opens a document', () => {
  const directory = temporaryDirectory();
  beforeAll(() => documentProcess());

  it.each([
    ['loop', 'opening it took longer than 0.5 s'],
    ['grow', 'opening it took more than 512 MB of memory'],
    ['heap', /^opening it took (too much memory|more than 512 MB of memory)$/],
    ['exit', 'it crashed the process that opened it (exit status 7)'],
    ['garbage', 'the process that opened it sent an invalid answer'],
    ['flood', /it crashed the process that opened it .*longer than/],
    ['cut', /it crashed the process that opened it .*truncated/],
  ])('is terminated when the document makes it %s, and the next one is opened', async (behaviour, reason) => {
    const options = { ...documentProcess({ processMs: behaviour === 'loop' ? 500 : 20_000 }), entry: MISBEHAVING };
    await expect(answersTo(Buffer.from(behaviour), {}, options)).rejects.toThrow(reason);
    expect((await answersTo(textPdf('A line of more than twenty letters'))).answers).toHaveLength(2);
  });

  it('is terminated when it exceeds the CPU time of a document, or of the mail', async () => {
    const options = { ...documentProcess({ processCpuMs: 300 }), entry: MISBEHAVING };
    await expect(answersTo(Buffer.from('loop'), {}, options)).rejects.toThrow(
      'opening it took more than 0.3 s of CPU time',
    );
    const budget = new CpuBudget(300);
    const mail = { ...documentProcess(), entry: MISBEHAVING };
    await expect(answersTo(Buffer.from('loop'), {}, mail, { ...unlimited(), budget })).rejects.toThrow(
      'the documents of this mail took more than 0.3 s of CPU time',
    );
    expect(budget.isSpent).toBe(true);
  });

  it('has no environment', async () => {
    const { answers } = await answersTo(Buffer.from('environment'), {}, { ...documentProcess(), entry: MISBEHAVING });
    expect(answers[0]).toEqual({ type: 'refused', reason: '{}' });
    const options = { ...documentProcess(), entry: MISBEHAVING, libraryPath: '/var/lang/lib' };
    const told = await answersTo(Buffer.from('environment'), {}, options);
    expect(told.answers[0]).toEqual({ type: 'refused', reason: '{"LD_LIBRARY_PATH":"/var/lang/lib"}' });
  });

  it('does not count time its images spend waiting', async () => {
    const options = documentProcess({ processMs: 10_000 });
    const pages = await pdfWith([{ picture: 'whole' }, { picture: 'whole' }]);
    const answers = openDocument(options, pages, { maxPages: 10, drawWith: PACKAGES, previewPage: null }, unlimited());
    const types: string[] = [];
    for await (const { answer } of answers) {
      types.push(answer.type);
      if (answer.type === 'page') await new Promise((resolve) => setTimeout(resolve, 5_100));
    }
    expect(types).toEqual(['document', 'page', 'page', 'end']);
  });

  it('is terminated when no one waits for it', async () => {
    const stop = new AbortController();
    const options = { ...documentProcess(), entry: MISBEHAVING };
    const answers = openDocument(
      options,
      Buffer.from('loop'),
      { maxPages: 1, drawWith: null, previewPage: null },
      unlimited(stop.signal),
    );
    const next = answers.next();
    stop.abort(new Error('the mail went out'));
    await expect(next).rejects.toThrow('the mail went out');
    await expect(answersTo(Buffer.from('x'), {}, { ...options, entry: pathToFileURL('/missing.mjs') })).rejects.toThrow(
      'exit status 1',
    );
  });

  it('ends with the function, even if the document traps it in a loop', async () => {
    const document = directory('document');
    writeFileSync(document, billionLaughs());
    const parent = functionWith(fileURLToPath(documentProcess().entry), document);
    await parent.printed(/opening/);
    const { pid } = parent.process;
    const children = await vi.waitFor(() => {
      const found = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
      const opener = found.find((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('open-document'));
      if (opener === undefined || found.length < 2) throw new Error('not started yet');
      return found;
    }, 120_000);
    parent.process.kill('SIGKILL');
    await parent.ended();
    await expect.poll(() => children.map((child) => residentMemory(Number(child)))).toEqual(children.map(() => null));
  });

  it('has no access to its parent or the disk when a document has taken it over', async () => {
    const [secret, document] = [directory('secret'), directory('document')];
    writeFileSync(secret, 'AWS_SECRET_ACCESS_KEY=of-somebody');
    writeFileSync(document, secret);
    const parent = functionWith('test/support/ocr/hostile-document.mjs', document);
    const [, answer = ''] = await parent.printed(/({.*})/);
    expect(JSON.parse(answer)).toEqual({ type: 'refused', reason: 'succeeded: ' });
    expect(existsSync(`${secret}.written`) || existsSync(`${secret}.db`)).toBe(false);
    await parent.ended();
  });

  it('is terminated when a page of two kilobytes draws 10 billion objects', async () => {
    const opened = answersTo(billionLaughs(), {}, documentProcess({ processMs: 4_000 }));
    await expect(opened).rejects.toThrow(/opening it took (too much memory|more than 512 MB|longer)/);
  });

  it.skipIf(missingTools('strace'))(
    `opens a PDF that tries to run and fetch things, and does neither${missingTools('strace')}`,
    async () => {
      const bytes = activePdf('http://127.0.0.1:9/evil');
      expect(await textLayer(bytes)).toEqual([['Open me: this page has enough letters to be read']]);
      const [trace, document] = [directory('trace'), directory('active.pdf')];
      writeFileSync(document, bytes);
      const program = fileURLToPath(documentProcess().entry);
      const parent = [process.execPath, 'test/support/ocr/document-parent.mjs', program, document];
      execFileSync('strace', ['-f', '-e', 'trace=execve,socket,connect', '-o', trace, ...parent], { env: {} });
      const calls = readFileSync(trace, 'utf8').split('\n');
      expect(calls.filter((call) => /AF_INET/.test(call))).toEqual([]);
      expect(calls.filter((call) => /execve\(/.test(call) && !/execve\("[^"]*\/node"/.test(call))).toEqual([]);
    },
  );
});
