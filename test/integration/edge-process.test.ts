import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runChild } from '../support/child.ts';
import { processCpuMs } from '../support/cpu-time.ts';
import { DataService } from '../support/data-service.ts';
import { bundledEdge, EdgeChild, type ProcessChanges, processEnvironment } from '../support/edge-process.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';

const MB = 1024 * 1024;

let bundle: Awaited<ReturnType<typeof bundledEdge>>;
let s3: LocalS3;
let edge: EdgeChild;
beforeAll(async () => {
  bundle = await bundledEdge();
  s3 = await startLocalS3();
});
afterEach(() => edge.stop());
afterAll(async () => {
  await s3.stop();
  await bundle.remove();
});

async function start(changes: ProcessChanges = {}): Promise<void> {
  edge = await EdgeChild.start(bundle.file, s3.endpoint, changes);
}

async function inData(): Promise<SmtpSocket> {
  const client = await SmtpSocket.open(edge.smtpPort);
  await client.reply();
  for (const line of ['EHLO c.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>']) await client.command(line);
  expect(await client.command('DATA')).toMatch(/^354 /);
  return client;
}

async function storedKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of s3.store.list('raw-mail')) keys.push(key);
  return keys;
}

describe('the edge as a process', () => {
  it('leaves no mail when killed before its data hook has answered, and one mail when killed after that', async () => {
    const service = await DataService.start();
    try {
      const dataHook = { provider: 'http', url: service.url, deadlineMs: 30_000, onFailure: 'accept' } as const;
      await start({ dataHook });
      const asked = new Promise<string>((resolve) => {
        service.answer = ({ body }) => resolve(JSON.parse(body.toString()).id);
      });
      const client = await inData();
      client.send('x\r\n.\r\n');
      const unanswered = await asked;
      edge.child.signal('SIGKILL');
      expect(await client.reply()).toBe('<closed>');
      expect((await storedKeys()).filter((key) => key.includes(unanswered))).toEqual([
        expect.stringContaining('raw/held/'),
      ]);

      service.says({ action: 'accept' });
      await start({ dataHook });
      const again = await inData();
      again.send('x\r\n.\r\n');
      const id = /^250 2\.0\.0 queued as (\S+)$/.exec(await again.reply())?.[1] ?? '?';
      edge.child.signal('SIGKILL');
      expect((await storedKeys()).filter((key) => key.includes(id)).map((key) => key.endsWith('.eml'))).toEqual([
        true,
        false,
      ]);
    } finally {
      service.stop();
    }
  });

  it('finishes a mail in DATA after SIGTERM, answers 421 to the others, and exits with status 0', async () => {
    await start({ drainDeadlineMs: 10_000 });
    const idle = await SmtpSocket.open(edge.smtpPort);
    await idle.reply();
    const client = await inData();
    client.send('first half\r\n');
    edge.child.signal('SIGTERM');
    expect(await idle.reply()).toMatch(/^421 4\.3\.2 /);
    expect(await edge.health('/live')).toMatchObject({ status: 200 });
    expect(await edge.health('/ready')).toMatchObject({ status: 503 });
    await expect(SmtpSocket.open(edge.smtpPort)).rejects.toThrow('ECONNREFUSED');
    client.send('second half\r\n.\r\n');
    const id = /^250 2\.0\.0 queued as (\S+)$/.exec(await client.reply())?.[1];
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    client.socket.end();
    idle.socket.end();
    expect(await edge.child.ended()).toMatchObject({ code: 0, stderr: '' });
    expect((await storedKeys()).some((key) => key.endsWith(`${id}.eml`))).toBe(true);
  });

  it('keeps serving during the drain delay, because a load balancer may still send connections', async () => {
    await start({ drainDelayMs: 500, drainDeadlineMs: 10_000 });
    edge.child.signal('SIGTERM');
    await edge.child.printed(/"message":"draining"/);
    const client = await inData();
    client.send('late\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    client.socket.end();
    expect(await edge.child.ended()).toMatchObject({ code: 0 });
  });

  it('exits at the drain deadline whatever is open, and stores no partial mail', async () => {
    const before = await storedKeys();
    await start({ drainDeadlineMs: 300 });
    const client = await inData();
    client.send('half a mail\r\n');
    edge.child.signal('SIGTERM');
    await client.closed();
    expect(await edge.child.ended()).toMatchObject({ code: 0 });
    expect(await storedKeys()).toEqual(before);
  });

  it('answers health checks and reports metrics', async () => {
    await start();
    expect(await edge.health('/live')).toEqual({ status: 200, text: 'live\n' });
    expect(await edge.health('/ready')).toEqual({ status: 200, text: 'ready\n' });
    expect(await edge.health('/nothing')).toMatchObject({ status: 404 });
    const client = await inData();
    expect(await edge.metric('edge_sessions')).toBe(1);
    client.send('x\r\n.\r\n');
    await client.reply();
    await client.command('QUIT');
    expect(await edge.metric('edge_mails_accepted_total')).toBe(1);
    expect(await edge.metric('edge_accepted_bytes_total')).toBe(3);
    expect(await edge.metric('edge_in_flight_bytes')).toBe(0);
  });

  it('names an invalid variable and does not start', async () => {
    const env = processEnvironment(s3.endpoint, {});
    const wrong = { ...env, SMTP_PORT: 'smtp' };
    const { code, stdout } = await runChild(process.execPath, [bundle.file], wrong);
    expect(code).toBe(1);
    expect(stdout.toString()).toContain('SMTP_PORT is \\"smtp\\"');
  });

  it('takes a mail of 100 MB in memory that does not grow with it', async () => {
    await start({ maxMessageBytes: 150 * MB });
    const idle = edge.memory();
    let peak = idle;
    const watch = setInterval(() => {
      peak = Math.max(peak, edge.memory());
    }, 20);
    const client = await inData();
    const line = Buffer.alloc(MB, `${'x'.repeat(62)}\r\n`);
    for (let sent = 0; sent < 100; sent++) if (!client.socket.write(line)) await once(client.socket, 'drain');
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    clearInterval(watch);
    console.log(`100 MB mail: ${((peak - idle) / MB).toFixed(0)} MB above idle`);
    expect(peak - idle).toBeLessThan(150 * MB);
  });

  it('holds 10,000 idle connections in 150 MB, while an ordinary mail takes less than 500 ms of CPU time', async () => {
    await start({ limits: { maxConnections: 12_000 } });
    const warm = await inData();
    warm.send('x\r\n.\r\n');
    await warm.reply();
    warm.destroy();
    const before = edge.memory();
    const sockets: Socket[] = [];
    try {
      for (let source = 1; source <= 50; source++) {
        const batch = Array.from({ length: 200 }, () =>
          connect({ port: edge.smtpPort, host: '127.0.0.1', localAddress: `127.0.1.${source}` }),
        );
        sockets.push(...batch);
        await Promise.all(batch.map((socket) => once(socket, 'data')));
      }
      expect(await edge.metric('edge_sessions')).toBe(10_000);
      const grown = (edge.memory() - before) / MB;
      const cpuBefore = processCpuMs(edge.pid);
      const client = await inData();
      client.send('x\r\n.\r\n');
      expect(await client.reply()).toMatch(/^250 /);
      const milliseconds = processCpuMs(edge.pid) - cpuBefore;
      console.log(
        `10,000 idle connections: ${grown.toFixed(0)} MB more, a mail for ${milliseconds} ms of processor time`,
      );
      expect(grown).toBeLessThan(150);
      expect(milliseconds).toBeLessThan(500);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});
