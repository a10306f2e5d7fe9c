import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { SqsQueue } from '../../../core/aws/sqs-queue.ts';
import { localSqsClient } from '../../support/local-sqs.ts';
import { startSqsProcess } from '../../support/sqs-process/start.ts';
import { hasStrace, readSystemCalls, straceInto } from '../../support/system-calls.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const missing = hasStrace || process.env['CI'] ? '' : ' (skipped: strace is not here, or may not trace)';

describe(`what the journal has before an answer${missing}`, () => {
  const path = temporaryDirectory();

  /** The steps of one send, in the order they ended; each started after the previous one ended. */
  const steps = async (durability: 'fsync' | 'no-fsync'): Promise<string[]> => {
    const trace = path(`${durability}.trace`);
    const server = await startSqsProcess({ directory: path(durability), durability, wrapper: straceInto(trace) });
    const queue = new SqsQueue(localSqsClient(server.endpoint), server.queueUrl);
    await queue.send({ body: 'the message' });
    await server.stop();
    const order: string[] = [];
    let last = -1;
    for (const { name, text, began, ended } of readSystemCalls(await readFile(trace, 'utf8'))) {
      const step = stepOf(name, text);
      if (step === null || began < last) continue;
      order.push(step);
      last = ended;
    }
    return order.slice(order.indexOf('message'), order.indexOf('answer') + 1);
  };

  const stepOf = (name: string, text: string): string | null => {
    if (text.includes('HTTP/1.1 200')) return 'answer';
    if (!text.includes('0000000001.log>')) return null;
    if (name === 'fdatasync') return 'fdatasync journal';
    return text.includes('\\"op\\":\\"put\\"') ? 'message' : null;
  };

  it.skipIf(missing)('is the message of a send, synced', async () => {
    expect(await steps('fsync')).toEqual(['message', 'fdatasync journal', 'answer']);
  });

  it.skipIf(missing)('is noticed to be missing without the syncs', async () => {
    expect(await steps('no-fsync')).toEqual(['message', 'answer']);
  });

  it.skipIf(missing)('is the record of a receive, synced or not', async () => {
    const trace = path('receive.trace');
    const server = await startSqsProcess({
      directory: path('receive'),
      durability: 'fsync',
      wrapper: straceInto(trace),
    });
    const queue = new SqsQueue(localSqsClient(server.endpoint), server.queueUrl);
    await queue.send({ body: 'the message' });
    await queue.receive();
    await server.stop();
    const calls = readSystemCalls(await readFile(trace, 'utf8'));
    const record = calls.find(({ text }) => text.includes('\\"op\\":\\"received\\"'));
    const answer = calls.findLast(({ text }) => text.includes('HTTP/1.1 200'));
    expect(record?.ended).toBeLessThan(answer?.began ?? 0);
  });
});
