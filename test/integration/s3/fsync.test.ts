import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { rawHttp } from '../../support/raw-http.ts';
import { startS3Process } from '../../support/s3-process/start.ts';
import { hasStrace, readSystemCalls, straceInto } from '../../support/system-calls.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const BODY = /\/objects\/\d+\/\d+>/;
const missing = hasStrace || process.env['CI'] ? '' : ' (skipped: strace is not here, or may not trace)';

describe(`what is on disk before a PUT is answered${missing}`, () => {
  const path = temporaryDirectory();

  /** The steps of one PUT after its body was written; overlapping steps are grouped. */
  const steps = async (name: string, durability: 'fsync' | 'no-fsync'): Promise<string[][]> => {
    const trace = path(`${name}.trace`);
    const server = await startS3Process({ directory: path(name), durability, wrapper: straceInto(trace) });
    const reply = await rawHttp(server.endpoint)('PUT', '/raw-mail/raw/a.eml', { body: 'the mail' });
    expect(reply.status).toBe(200);
    await server.stop();
    const calls = readSystemCalls(await readFile(trace, 'utf8')).toSorted((a, b) => a.began - b.began);
    const [answer] = calls.filter(({ text }) => text.includes('HTTP/1.1 200'));
    const body = calls.find(({ name, text }) => name.startsWith('write') && text.includes('the mail'));
    const order: string[][] = [];
    let last = body?.ended ?? Number.POSITIVE_INFINITY;
    for (const call of calls.filter(({ began }) => began > last)) {
      const step = call === answer ? 'answer' : stepOf(call.name, call.text);
      if (step === null) continue;
      if (call.began > last || order.length === 0) order.push([step]);
      else order.at(-1)?.push(step);
      last = Math.max(last, call.ended);
      if (call === answer) break;
    }
    return order;
  };

  const stepOf = (name: string, text: string): string | null => {
    if (name === 'fsync' && BODY.test(text)) return 'fsync body';
    if (name.startsWith('rename')) return 'rename';
    if (name === 'fsync' && /\/objects\/\d+>/.test(text)) return 'fsync directory';
    if (name === 'fdatasync' && text.includes('journal.ndjson')) return 'fdatasync journal';
    return null;
  };

  it.skipIf(missing)('is the body and its name, and only then the record of it', async () => {
    const order = await steps('honest', 'fsync');
    // The two fsyncs may run in either order.
    const [rename, ...others] = order;
    const [answer, journal, ...files] = others.toReversed();
    expect(rename).toEqual(['rename']);
    expect(files.flat().toSorted()).toEqual(['fsync body', 'fsync directory']);
    expect(journal).toEqual(['fdatasync journal']);
    expect(answer).toEqual(['answer']);
  });

  it.skipIf(missing)('is noticed to be missing without the fsyncs', async () => {
    expect(await steps('sabotaged', 'no-fsync')).toEqual([['rename'], ['answer']]);
  });
});
