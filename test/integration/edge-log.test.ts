import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';

let test: TestEdge;
let client: SmtpSocket;
let transport: Socket;
let port: number | undefined;
beforeEach(async () => {
  test = await startTestEdge({ domains: ['ours.test'], metricsNamespace: 'MailPipeline/test' });
  client = await test.greeted();
  transport = client.socket;
  port = transport.localPort;
});
afterEach(() => test.close());

async function say(...lines: string[]): Promise<string> {
  let reply = '';
  for (const line of lines) reply = await client.command(line);
  return reply;
}

/** The log line of the last transaction, without the fields that differ on each run. */
async function logged(): Promise<Record<string, unknown>> {
  const transactions = () => test.log.filter(({ message }) => message === 'transaction');
  const lines = await vi.waitUntil(() => transactions().length > 0 && transactions(), { timeout: 100_000 });
  expect(lines).toHaveLength(1);
  const { time, session, remotePort, ms, storeMs, ...rest } = lines[0] ?? {};
  expect(session).toMatch(/^\w{16}$/);
  expect(remotePort).toBe(port);
  return rest;
}

const COMMON = {
  level: 'info',
  service: 'edge-mta',
  message: 'transaction',
  remoteAddress: '127.0.0.1',
  helo: 'client.test',
  tls: null,
  mailFrom: 'a@b.test',
  rcptTo: ['info@ours.test'],
  refused: [],
};

describe('every transaction has one log line', () => {
  it('when accepted, with the queue id and never a body', async () => {
    await say('MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'RCPT TO:<x@elsewhere.test>', 'DATA');
    const reply = await say('the secret body\r\n.');
    expect(await logged()).toEqual({
      ...COMMON,
      outcome: 'accepted',
      id: reply.split(' ').at(-1),
      refused: [{ address: 'x@elsewhere.test', reply: '550 5.7.1' }],
      bytes: 17,
      reply: '250 2.0.0',
    });
    expect(JSON.stringify(test.log)).not.toContain('secret');
  });

  it('when rejected after DATA', async () => {
    await say('MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA', 'a dubious\n.\nend\r\n.');
    expect(await logged()).toMatchObject({ ...COMMON, outcome: 'rejected', reply: '521 5.6.0' });
  });

  it('when MAIL is refused', async () => {
    await say('MAIL FROM:<a@b.test> SIZE=999999999');
    expect(await logged()).toMatchObject({ outcome: 'refused', id: null, mailFrom: null, reply: '552 5.3.4' });
  });

  it('when no recipient is accepted and the client leaves', async () => {
    await say('MAIL FROM:<a@b.test>', 'RCPT TO:<x@elsewhere.test>', 'QUIT');
    const refused = [{ address: 'x@elsewhere.test', reply: '550 5.7.1' }];
    expect(await logged()).toMatchObject({
      ...COMMON,
      outcome: 'abandoned',
      rcptTo: [],
      refused,
      id: null,
      reply: null,
    });
  });

  it('when the client vanishes inside DATA', async () => {
    await say('MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA');
    client.send('half a mail\r\n');
    client.socket.end();
    expect(await logged()).toMatchObject({ ...COMMON, outcome: 'aborted', bytes: 13, reply: null });
  });

  it.each(['end', 'reset'])('when a client that spoke TLS vanishes (%s)', async (how) => {
    await say('STARTTLS');
    await client.startTls();
    await say('EHLO client.test', 'MAIL FROM:<a@b.test>');
    if (how === 'end') client.socket.destroy();
    else transport.resetAndDestroy();
    expect(await logged()).toMatchObject({ outcome: 'abandoned', tls: 'TLSv1.3', helo: 'client.test' });
  });

  it('when RSET ends it', async () => {
    await say('MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'RSET');
    expect(await logged()).toMatchObject({ ...COMMON, outcome: 'abandoned', id: null, bytes: null });
  });

  it('that hostile addresses cannot break', async () => {
    await say('MAIL FROM:<"a\\"},{\\"message"@b.test>', 'RSET');
    expect(await logged()).toMatchObject({ mailFrom: '"a\\"},{\\"message"@b.test' });
  });
});

it('draining the edge sends the last metrics', async () => {
  await say('MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA', 'x\r\n.', 'QUIT');
  await test.edge.drain();
  expect(test.metrics).toMatchObject([{ service: 'edge-mta', AcceptedMails: 1, AcceptedBytes: 3, ActiveSessions: 0 }]);
});
