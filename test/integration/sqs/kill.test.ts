import { afterEach, describe, expect, it } from 'vitest';
import { SqsQueue } from '../../../core/aws/sqs-queue.ts';
import type { ReceivedMessage } from '../../../core/ports/queue.ts';
import { localSqsClient } from '../../support/local-sqs.ts';
import { type SqsProcess, startSqsProcess } from '../../support/sqs-process/start.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('a local SQS that is killed', () => {
  const path = temporaryDirectory();
  let running: SqsProcess | null = null;
  afterEach(() => running?.kill());

  const start = async (directory: string) => {
    running = await startSqsProcess({ directory });
    const client = localSqsClient(running.endpoint, { maxAttempts: 1 });
    return { server: running, queue: new SqsQueue(client, running.queueUrl) };
  };

  const receiveAll = async (queue: SqsQueue): Promise<ReceivedMessage[]> => {
    const all: ReceivedMessage[] = [];
    for (let batch = await queue.receive({ waitSeconds: 0 }); batch.length > 0; ) {
      all.push(...batch);
      batch = await queue.receive({ waitSeconds: 0 });
    }
    return all;
  };

  it('has every acknowledged message, and none whose delete was acknowledged', async () => {
    const directory = path('acknowledged');
    const sent = new Set<string>();
    /** Requested deletes: one whose response was lost may or may not have happened. */
    const askedFor = new Set<string>();
    const deleted = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const { server, queue } = await start(directory);
      let left = 10 + 37 * round;
      const answered = () => {
        left -= 1;
        return left === 0 ? server.kill() : undefined;
      };
      const work = async (worker: number) => {
        for (let number = 0; ; number += 1) {
          const body = `${round}/${worker}/${number} ${'x'.repeat(2_000)}`;
          await queue.send({ body });
          sent.add(body);
          await answered();
          if (number % 2 === 0) continue;
          const [message] = await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 0 });
          if (message === undefined) continue;
          askedFor.add(message.body);
          await queue.delete(message.receiptHandle);
          deleted.add(message.body);
          await answered();
        }
      };
      await Promise.allSettled(Array.from({ length: 16 }, (_, worker) => work(worker)));
      await server.kill();
    }
    expect(sent.size).toBeGreaterThan(200);
    expect(deleted.size).toBeGreaterThan(50);

    const { queue } = await start(directory);
    const bodies = new Set((await receiveAll(queue)).map(({ body }) => body));
    expect([...sent].filter((body) => !bodies.has(body) && !askedFor.has(body))).toEqual([]);
    expect([...deleted].filter((body) => bodies.has(body))).toEqual([]);
  });

  it('keeps receive counts, and hides what is in flight until its timeout', async () => {
    const directory = path('in-flight');
    const before = await start(directory);
    await before.queue.send({ body: 'hidden' });
    await before.queue.send({ body: 'back soon' });
    await before.queue.receive({ max: 1, visibilitySeconds: 600 });
    await before.queue.receive({ max: 1, visibilitySeconds: 1 });
    await before.server.kill();

    const { queue } = await start(directory);
    expect((await queue.receive({ waitSeconds: 5 })).map(({ body, receiveCount }) => [body, receiveCount])).toEqual([
      ['back soon', 2],
    ]);
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
  });

  it('finishes pending requests on SIGTERM', async () => {
    const directory = path('terminated');
    const { server, queue } = await start(directory);
    const poll = queue.receive({ waitSeconds: 20 }).catch(() => []);
    await Promise.all(Array.from({ length: 20 }, (_, number) => queue.send({ body: `early ${number}` })));
    await poll;
    expect(await server.stop()).toBe(0);
    const after = await start(directory);
    const { visible, inFlight } = await after.queue.depth();
    expect(visible + inFlight).toBe(20);
  });
});
