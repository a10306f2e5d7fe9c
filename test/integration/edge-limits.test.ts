import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { type EdgeChanges, RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';

let test: TestEdge;
afterEach(() => test.close());

async function start(changes: EdgeChanges): Promise<TestEdge> {
  test = await startTestEdge(changes);
  return test;
}

/** Sends one byte at a time until the server replies. */
async function drip(client: SmtpSocket, bytes: string): Promise<string> {
  let done = false;
  const reply = client.reply().finally(() => {
    done = true;
  });
  for (let at = 0; !done; at++) {
    client.send(bytes[at % bytes.length] ?? '');
    await delay(50);
  }
  return reply;
}

describe('connections', () => {
  it('of one source are limited, and another source connects at once', async () => {
    await start({});
    const greetings: string[] = [];
    // Fewer at a time than the backlog of the listening socket: a busy machine would never accept the rest.
    for (let at = 0; at < 4; at += 1) {
      const clients = await Promise.all(Array.from({ length: 250 }, () => test.connect('127.0.0.1')));
      greetings.push(...(await Promise.all(clients.map((client) => client.reply()))));
    }
    const served = greetings.filter((greeting) => greeting.startsWith('220 '));
    expect(served).toHaveLength(256);
    expect(greetings.filter((greeting) => greeting.startsWith('421 4.7.0 '))).toHaveLength(744);
    const other = await test.connect('127.0.0.2');
    expect(await other.reply()).toMatch(/^220 /);
    // One log line, not 744.
    expect(test.log.filter(({ message }) => message === 'connection refused')).toHaveLength(1);
  });

  it('make room for others when they end', async () => {
    await start({ limits: { connectionsPerSource: 1 } });
    const first = await test.connect();
    expect(await first.reply()).toMatch(/^220 /);
    expect(await (await test.connect()).reply()).toMatch(/^421 4\.7\.0 /);
    expect(await first.command('QUIT')).toMatch(/^221 /);
    first.socket.end();
    await first.closed();
    let greeting = '';
    while (!greeting.startsWith('220 ')) greeting = await (await test.connect()).reply();
  });

  it('of all sources are limited after those of each', async () => {
    await start({ limits: { maxConnections: 2, connectionsPerSource: 2 } });
    for (const source of ['127.0.0.1', '127.0.0.2']) {
      expect(await (await test.connect(source)).reply()).toMatch(/^220 /);
    }
    expect(await (await test.connect('127.0.0.3')).reply()).toMatch(/^421 4\.3\.2 /);
  });

  it('of a larger source make room for another source when silent, while a mail continues', async () => {
    await start({ limits: { maxConnections: 3 } });
    const admitted = async (source: string) => {
      for (;;) {
        const client = await test.connect(source);
        if ((await client.reply()).startsWith('220 ')) return client;
      }
    };
    const sending = await admitted('127.0.0.2');
    for (const line of ['EHLO a.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<inbox@ours.test>'])
      await sending.command(line);
    expect(await sending.command('DATA')).toMatch(/^354 /);
    const silent = [await admitted('127.0.0.2'), await admitted('127.0.0.2')];
    expect(await (await test.connect('127.0.0.2')).reply()).toMatch(/^421 4\.3\.2 /);
    const newcomer = await admitted('127.0.0.3');
    expect(await silent[0]?.reply()).toMatch(/^421 4\.3\.2 .*from your network/);
    await silent[0]?.closed();
    expect(await newcomer.command('EHLO a.test')).toMatch(/^250/);
    expect(await silent[1]?.command('NOOP')).toMatch(/^250/);
    expect(await sending.command('Subject: on time\r\n\r\n.')).toMatch(/^250 .*queued as/);
  });

  it('are refused while the event loop lags', async () => {
    await start({ limits: { loopLagMs: 20 } });
    const busy = setInterval(() => {
      const until = performance.now() + 60;
      while (performance.now() < until);
    }, 1);
    try {
      let greeting = '';
      while (!greeting.startsWith('421 4.3.2 Service is overloaded')) greeting = await (await test.connect()).reply();
    } finally {
      clearInterval(busy);
    }
    let greeting = '';
    while (!greeting.startsWith('220 ')) greeting = await (await test.connect()).reply();
  });

  it('beyond a quarter of the maximum are refused when the memory of the task is full', async () => {
    await start({ memoryBytes: 1024 * 1024, limits: { maxConnections: 8 } });
    for (let at = 0; at < 2; at++) expect(await (await test.connect()).reply()).toMatch(/^220 /);
    expect(await (await test.connect()).reply()).toMatch(/^421 4\.3\.2 Service is overloaded/);
  });

  it('from an address on a block list get 554', async () => {
    const resolve4 = (name: string) =>
      name === '1.0.0.127.list.test'
        ? Promise.resolve([{ address: '127.0.0.2', ttl: 60 }])
        : Promise.reject(new Error('ENOTFOUND'));
    await start({ dnsblZones: ['list.test'], deps: { resolve4 } });
    const listed = await test.connect('127.0.0.1');
    expect(await listed.reply()).toMatch(/^554 5\.7\.1 .*list\.test$/);
    await listed.closed();
    expect(await (await test.connect('127.0.0.2')).reply()).toMatch(/^220 /);
  });
});

describe('the time limit', () => {
  it('for a command line is not extended by single bytes', async () => {
    await start({ limits: { idleSeconds: 1 } });
    const client = await test.greeted();
    expect(await drip(client, 'NOOP ')).toMatch(/^421 4\.4\.2 Idle/);
    await client.closed();
  });

  it('also applies to the TLS handshake', async () => {
    await start({ limits: { idleSeconds: 1 } });
    const client = await test.greeted();
    await client.command('STARTTLS');
    await client.closed();
  });

  it('for DATA is not extended by single bytes', async () => {
    await start({ limits: { dataWindowSeconds: 1 } });
    const client = await test.greeted();
    await client.command('MAIL FROM:<a@b.test>');
    await client.command('RCPT TO:<info@ours.test>');
    await client.command('DATA');
    expect(await drip(client, 'Subject: x\r\n')).toMatch(/^421 4\.4\.2 Data arrives too slowly/);
    await client.closed();
    expect(await test.store.objects(RAW_BUCKET)).toEqual([]);
    expect(test.log.find(({ outcome }) => outcome === 'aborted')).toMatchObject({ reply: '421 4.4.2' });
  });

  it('for a session applies even when every command is on time', async () => {
    await start({ limits: { sessionSeconds: 1 } });
    const client = await test.greeted();
    let reply = '250 ';
    while (reply.startsWith('250 ')) {
      await delay(100);
      reply = await client.command('NOOP');
    }
    expect(reply).toMatch(/^421 4\.4\.2 Session/);
  });

  it('for a session also ends a mail in DATA that keeps its rate: it gets 421 and is not stored', async () => {
    await start({ limits: { sessionSeconds: 1 } });
    const client = await test.greeted();
    for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA']) await client.command(line);
    const line = `${'x'.repeat(998)}\r\n`;
    let over = false;
    const reply = client.reply().finally(() => {
      over = true;
    });
    while (!over) {
      client.send(line);
      await delay(10);
    }
    expect(await reply).toMatch(/^421 4\.4\.2 Session/);
    await client.closed();
    expect(await test.store.objects(RAW_BUCKET)).toEqual([]);
    expect(test.log.find(({ outcome }) => outcome === 'aborted')).toMatchObject({ reply: '421 4.4.2' });
  });

  it('includes the time that a client does not read replies', async () => {
    await start({ limits: { idleSeconds: 1, junkCommandsPerSession: 10_000_000 } });
    const client = await test.greeted();
    client.socket.pause();
    client.send('HELP\r\n'.repeat(500_000));
    while (!test.log.some(({ message }) => message === 'session ended')) await delay(50);
    expect(test.log.find(({ message }) => message === 'session ended')).toMatchObject({ reply: '421 4.4.2' });
    client.socket.resume();
    await client.closed();
  });
});

describe('failed TLS handshakes', () => {
  it('have one log line per source, not one each', async () => {
    await start({});
    for (let turn = 0; turn < 5; turn++) {
      const client = await test.greeted();
      await client.command('STARTTLS');
      client.send('this is no handshake\r\n');
      await client.closed();
    }
    await test.edge.drain();
    const lines = test.log.filter(({ message }) => message === 'TLS handshake failed');
    // The drain wrote the second line, for the minute that had not ended yet.
    expect(lines.map(({ count }) => count)).toEqual([1, 4]);
    expect(lines[0]).toMatchObject({ level: 'info', remoteAddress: '127.0.0.1', reason: expect.any(String) });
  });
});

describe('a repeated recipient', () => {
  it('counts against the limit: 452, then 421', async () => {
    await start({ limits: { recipientsPerMail: 3, recipientOvershoot: 2 } });
    const client = await test.greeted();
    await client.command('MAIL FROM:<a@b.test>');
    const replies = [];
    for (let turn = 0; turn < 6; turn++) replies.push((await client.command('RCPT TO:<info@ours.test>')).slice(0, 9));
    expect(replies).toEqual(['250 2.1.5', '250 2.1.5', '250 2.1.5', '452 4.5.3', '452 4.5.3', '452 4.5.3']);
    expect(await client.reply()).toMatch(/^421 4\.7\.0 /);
    await client.closed();
  });
});

describe('the recipient hook', () => {
  it('decides on recipients, and answers 451 when it fails, hangs or redirects', async () => {
    const asked: string[] = [];
    const hung: ServerResponse[] = [];
    const hook = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://hook.test');
      asked.push(`${searchParams.get('tenant')} ${searchParams.get('recipient')} ${searchParams.get('sender')}`);
      const answer = /^\d+/.exec(searchParams.get('recipient') ?? '')?.[0];
      if (answer === undefined) hung.push(response);
      else response.writeHead(Number(answer), { location: 'http://169.254.169.254/' }).end();
    });
    const port = await listenOnLoopback(hook, 0);
    try {
      await start({
        recipientHook: { url: `http://127.0.0.1:${port}/check?tenant=7`, deadlineMs: 3_000, cacheSeconds: 0 },
      });
      const client = await test.greeted();
      await client.command('MAIL FROM:<a+b&c@b.test>');
      const ask = (recipient: string) => client.command(`RCPT TO:<${recipient}@ours.test>`);
      expect(await ask('200')).toMatch(/^250 2\.1\.5 /);
      expect(await ask('404')).toMatch(/^550 5\.1\.1 /);
      expect(await ask('500')).toMatch(/^451 4\.3\.0 /);
      expect(await ask('302')).toMatch(/^451 4\.3\.0 /);
      expect(await ask('hang')).toMatch(/^451 4\.3\.0 /);
      expect(await ask('postmaster')).toMatch(/^250 2\.1\.5 /);
      expect(asked.at(0)).toBe('7 200@ours.test a+b&c@b.test');
      expect(asked).toHaveLength(5);
    } finally {
      for (const response of hung) response.destroy();
      hook.closeAllConnections();
      hook.close();
    }
    const gone = await test.greeted();
    await gone.command('MAIL FROM:<>');
    expect(await gone.command('RCPT TO:<200@ours.test>')).toMatch(/^451 4\.3\.0 /);
  });
});
