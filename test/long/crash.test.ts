import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestPipeline, textMail, writeConfig } from '../support/local-pipeline.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let directory = '';
let pipeline: TestPipeline | null = null;

beforeEach(async () => {
  directory = await mkdtemp(path('test-'));
});
afterEach(async () => {
  await pipeline?.program.killAll();
  pipeline = null;
});

const start = async (args: readonly string[] = []): Promise<TestPipeline> => {
  pipeline = await TestPipeline.start(directory, args);
  return pipeline;
};

/** The child process whose command line holds `text`. */
function childOf(parent: number, text: string): number {
  const table = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const row = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, ppid, ...args]) => Number(ppid) === parent && args.join(' ').includes(text));
  if (row === undefined) throw new Error(`there is no process "${text}"`);
  return Number(row[0]);
}

/** Sends mails until the server dies, and returns the ids of those answered with 250. */
async function sendUntilKilled(running: TestPipeline, count: number, onAccepted: (accepted: number) => void) {
  const ids: string[] = [];
  const sends = Array.from({ length: count }, async (_, at) => {
    ids.push(await running.send(textMail(`mail ${at}`)));
    onAccepted(ids.length);
  });
  await Promise.allSettled(sends);
  return ids;
}

describe('kill -9 of everything', () => {
  it('right after a 250 loses nothing', async () => {
    const first = await start();
    const id = await first.send(textMail('the only one'));
    await first.program.killAll();
    const second = await start();
    expect((await second.receive([id])).get(id)).toMatchObject({ id, subject: 'the only one' });
  });

  it.each([1, 4, 9])('after 250 number %i of twelve concurrent mails loses none of those answered', async (moment) => {
    const first = await start();
    const ids = await sendUntilKilled(first, 12, (accepted) => {
      if (accepted === moment) process.kill(-(first.program.child.pid ?? 0), 'SIGKILL');
    });
    await first.program.exited();
    expect(ids.length).toBeGreaterThanOrEqual(moment);
    const second = await start();
    const mails = await second.receive(ids);
    expect(ids.every((id) => mails.has(id))).toBe(true);
  });

  it('while mails come out of the queue loses none, also when the restart is killed too', async () => {
    const first = await start();
    const ids = await sendUntilKilled(first, 10, () => {});
    expect(ids).toHaveLength(10);
    const [message] = await first.queue('parsed-mail').receive({ max: 1 });
    await first.program.killAll();
    await (await start()).program.killAll();
    const third = await start();
    // A message in flight is redelivered only after its visibility timeout.
    const received = JSON.parse(message?.body ?? '').id;
    const mails = await third.receive(ids.filter((id) => id !== received));
    expect(mails.size).toBeGreaterThanOrEqual(9);
  });
});

it('the edge restarts on its port when it alone is killed', async () => {
  const running = await start();
  const edge = childOf(running.program.child.pid ?? 0, 'edge-mta');
  process.kill(edge, 'SIGKILL');
  await expect.poll(() => running.send(textMail('after the kill')).catch(() => null), { interval: 50 }).not.toBeNull();
  expect(childOf(running.program.child.pid ?? 0, 'edge-mta')).not.toBe(edge);
});

it('a mail is parsed after its function was killed midway', async () => {
  // The messages in flight are redelivered after the timeout.
  const running = await start(['--config', await writeConfig(directory, '{ parser: { timeoutSeconds: 5 } }')]);
  await running.receive([await running.send(textMail('the first starts an environment'))]);
  const id = await running.send(textMail('the second'));
  process.kill(childOf(running.program.child.pid ?? 0, 'bootstrap.mjs'), 'SIGKILL');
  expect((await running.receive([id])).has(id)).toBe(true);
});

it('a mail whose client is cut off before its 250 is not accepted', async () => {
  const running = await start();
  const socket = connect(running.smtpPort, '127.0.0.1');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => {
    let replies = '';
    socket.on('data', (chunk) => {
      replies += chunk;
      if (/^220 .*\r\n$/.test(replies)) socket.write('EHLO x\r\n');
      else if (/^250 .*\r\n$/m.test(replies) && !replies.includes('sent')) {
        replies = 'sent';
        socket.write('MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n');
      } else if (/^354/m.test(replies)) {
        socket.write(`Subject: cut\r\n\r\n${'x'.repeat(1000)}\r\n`, () => {
          socket.resetAndDestroy();
          resolve();
        });
      }
    });
  });
  const id = await running.send(textMail('whole'));
  const mails = await running.receive([id]);
  expect([...mails.values()].map(({ subject }) => subject)).toEqual(['whole']);
});
