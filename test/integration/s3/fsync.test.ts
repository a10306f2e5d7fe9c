import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { rawHttp } from '../../support/raw-http.ts';
import { startS3Process } from '../../support/s3-process/start.ts';
import { hasStrace, readSystemCalls, straceInto } from '../../support/system-calls.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const BODY = /\/tmp\/(\d+)/;
const missing = hasStrace || process.env['CI'] ? '' : ' (skipped: strace is not here, or may not trace)';

describe(`what is on disk before a PUT is answered${missing}`, () => {
  const path = temporaryDirectory();

  /** The steps of one PUT in the order in which they ended, each begun after the one before it had. */
  const steps = async (name: string, durability: 'fsync' | 'no-fsync'): Promise<string[]> => {
    const trace = path(`${name}.trace`);
    const server = await startS3Process({ directory: path(name), durability, wrapper: straceInto(trace) });
    const reply = await rawHttp(server.endpoint)('PUT', '/raw-mail/raw/a.eml', { body: 'the mail' });
    expect(reply.status).toBe(200);
    await server.stop();
    const calls = readSystemCalls(await readFile(trace, 'utf8'));
    const [answer] = calls.filter(({ text }) => text.includes('HTTP/1.1 200'));
    const body = calls.find(({ name, text }) => name.startsWith('write') && text.includes('the mail'));
    const order: string[] = [];
    let last = body?.ended ?? Number.POSITIVE_INFINITY;
    for (const call of calls.filter(({ began }) => began > last)) {
      const step = call === answer ? 'answer' : stepOf(call.name, call.text);
      if (step === null || call.began < last) continue;
      order.push(step);
      last = call.ended;
    }
    return order.slice(0, order.indexOf('answer') + 1);
  };

  const stepOf = (name: string, text: string): string | null => {
    if (name === 'fsync' && BODY.test(text)) return 'fsync body';
    if (name.startsWith('rename')) return 'rename';
    if (name === 'fsync' && /\/objects\/\d+>/.test(text)) return 'fsync directory';
    if (name === 'fdatasync' && text.includes('journal.ndjson')) return 'fdatasync journal';
    return null;
  };

  it.skipIf(missing)('is the body, its name, and the record of it', async () => {
    const order = await steps('honest', 'fsync');
    expect(order).toEqual(['fsync body', 'rename', 'fsync directory', 'fdatasync journal', 'answer']);
  });

  it.skipIf(missing)('is seen to be missing when the fsyncs are taken out', async () => {
    expect(await steps('sabotaged', 'no-fsync')).toEqual(['rename', 'answer']);
  });
});
