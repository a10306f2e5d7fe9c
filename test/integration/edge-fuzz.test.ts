import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailIdOfRawKey } from '../../core/mail/keys.ts';
import { RAW_BUCKET, startTestEdge, type TestEdge } from '../support/edge.ts';

let test: TestEdge;
beforeAll(async () => {
  test = await startTestEdge({
    domains: ['ours.test'],
    maxMessageBytes: 2048,
    limits: { connectionsPerSource: 10_000 },
  });
});
afterAll(() => test.close());

const line = fc.constantFrom(
  ...[
    'EHLO client.test',
    'HELO x',
    'NOOP',
    'RSET',
    'VRFY a',
    'HELP',
    'DATA',
    'DATA x',
    '.',
    '..',
    '',
    'QUIT',
    'BDAT 3',
    'STARTTLS x',
  ],
  ...['MAIL FROM:<a@b.test>', 'MAIL FROM:<> SIZE=10', 'MAIL FROM:<a@b.test> SIZE=1 SIZE=2', 'MAIL FROM:<ä@b.test>'],
  ...['RCPT TO:<info@ours.test>', 'RCPT TO:<x@elsewhere.test>', 'RCPT TO:<postmaster>', 'RCPT TO:<"@ours.test>'],
  ...['Subject: x', 'Received: from a', 'x'.repeat(3000), 'y'.repeat(9000), '__proto__', 'GET / HTTP/1.1'],
);
/** Random lines alone almost never reach DATA. */
const opening = fc.constant(Buffer.from('RSET\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<info@ours.test>\r\nDATA\r\n'));
const piece = fc.oneof(
  { weight: 2, arbitrary: opening },
  { weight: 6, arbitrary: line.map((text) => Buffer.from(`${text}\r\n`)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\n.\r\n', '\n.\n', '\0').map((text) => Buffer.from(text)) },
);
/** A client that does not wait for the banner does not get far. */
const patient = fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
const ending = fc.constantFrom('end', 'reset', 'tls', 'tls then reset', 'garbage for TLS');

it('the edge survives arbitrary input, and stores exactly what it acknowledged', async () => {
  const acknowledged: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), ending, patient, async (pieces, how, greeted) => {
      const client = await test.connect();
      const { socket } = client;
      let heard = greeted ? await client.line() : '';
      for (const bytes of [Buffer.from('EHLO client.test\r\n'), ...pieces]) client.send(bytes);
      if (how !== 'end' && how !== 'reset') {
        client.send('RSET\r\nSTARTTLS\r\n');
        let reply = '';
        // The server does not reply within DATA: end the mail here.
        client.send('\r\n.\r\nSTARTTLS\r\n');
        while (!/^(220 2|<closed>)/.test(reply)) {
          reply = await client.line();
          heard += `${reply}\n`;
        }
        if (how === 'garbage for TLS') client.send('\x16\x03\x01\x00\x05hello');
        else if (reply !== '<closed>') await client.startTls().catch(() => {});
        client.send('EHLO client.test\r\nMAIL FROM:<a@b.test>\r\n');
      }
      if (how === 'end' || how === 'tls') client.socket.end();
      else socket.resetAndDestroy();
      await client.closed();
      acknowledged.push(...queued(heard + client.pending));
    }),
    { numRuns: 1_000 },
  );
  const client = await test.greeted();
  expect(await client.command('MAIL FROM:<a@b.test>')).toMatch(/^250 /);

  // The log has a line for each stored mail, even if its client did not wait for the reply.
  const accepted = test.log.filter(({ outcome }) => outcome === 'accepted').map(({ id }) => id);
  const stored = (await test.store.objects(RAW_BUCKET)).map(({ key }) => mailIdOfRawKey(key));
  expect(stored.length).toBeGreaterThan(20);
  expect([...stored].sort()).toEqual([...accepted].sort());
  expect(accepted).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
});

const queued = (replies: string): string[] =>
  [...replies.matchAll(/^250 2\.0\.0 queued as (\S+)/gm)].map(([, id = '']) => id);
