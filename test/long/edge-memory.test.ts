import { getHeapStatistics, queryObjects } from 'node:v8';
import { afterEach, describe, expect, it } from 'vitest';
import { isWhole } from '../../core/aws/body.ts';
import type { PutBody } from '../../core/ports/object-store.ts';
import { type EdgeChanges, startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';

let test: TestEdge;
afterEach(() => test.close());

const KB = 1024;
const MB = 1024 * KB;
const LINE = 'sixteen bytes.\r\n';
const RECORDS = 20_000;

async function inDataOverTls(changes: EdgeChanges): Promise<SmtpSocket> {
  test = await startTestEdge(changes);
  const client = await test.greeted();
  await client.command('STARTTLS');
  await client.startTls();
  await client.command('EHLO client.test');
  await client.command('MAIL FROM:<a@b.test>');
  await client.command('RCPT TO:<info@ours.test>');
  expect(await client.command('DATA')).toMatch(/^354 /);
  return client;
}

const sent = (client: SmtpSocket, bytes: string | Buffer): Promise<void> =>
  new Promise((resolve) => client.socket.write(bytes, () => resolve()));

/** Sends each byte in its own TLS record, so that the edge receives it as its own chunk. */
async function sendByBytes(client: SmtpSocket, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await sent(client, LINE.charAt(at % LINE.length));
}

async function inFlight(bytes: number): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${test.edge.healthPort}/metrics`)).text();
    if (metrics.includes(`\nedge_in_flight_bytes ${bytes}\n`)) return;
  }
}

/** Memory blocks that back Buffers, after a garbage collection. */
const liveBlocks = (): number => queryObjects(ArrayBuffer, { format: 'count' });

function heapBytes(): number {
  liveBlocks();
  return getHeapStatistics().used_heap_size;
}

describe('the memory of the edge', () => {
  it('is proportional to the bytes of a mail, however small its pieces', async () => {
    const client = await inDataOverTls({});
    const before = liveBlocks();
    await sendByBytes(client, RECORDS);
    await inFlight(RECORDS);
    expect(liveBlocks() - before).toBeLessThan(100);
    client.send('\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
  });

  it('is also proportional for a streamed mail', async () => {
    let pieces = 0;
    let bytes = 0;
    const put = async (_: unknown, body: PutBody) => {
      if (isWhole(body)) throw new Error('it is not streamed');
      for await (const piece of body) {
        pieces++;
        bytes += piece.length;
      }
      return { outcome: 'created', versionId: null } as const;
    };
    const client = await inDataOverTls({ store: { put } });
    await sent(client, Buffer.alloc(17 * MB, LINE));
    await sendByBytes(client, RECORDS);
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    expect(bytes).toBeGreaterThan(17 * MB + RECORDS);
    // TLS records are up to 16 KB.
    expect(pieces).toBeLessThan((17 * MB) / (16 * KB) + 200);
  });

  it('does not fill up with input while the store is busy', async () => {
    let stored = () => {};
    const put = () =>
      new Promise<{ outcome: 'created'; versionId: null }>((resolve) => {
        stored = () => resolve({ outcome: 'created', versionId: null });
      });
    const client = await inDataOverTls({ store: { put } });
    await sent(client, `${LINE}.\r\n`);
    await inFlight(LINE.length);
    const before = liveBlocks();
    await sendByBytes(client, RECORDS);
    // Give the edge turns of the event loop in which it could read on.
    const other = await test.greeted();
    for (let turn = 0; turn < 5; turn++) await other.command('NOOP');
    // TLS creates chunks for everything it has already read at once.
    expect(liveBlocks() - before).toBeLessThan(3_000);
    stored();
    expect(await client.reply()).toMatch(/^250 /);
  });

  it('does not keep long command lines for the addresses in them', async () => {
    test = await startTestEdge();
    const client = await test.greeted();
    await client.command('MAIL FROM:<a@b.test>');
    const padding = ' '.repeat(4_000);
    const before = heapBytes();
    for (let at = 0; at < 200; at++) await client.command(`RCPT TO:<recipient-number-${at}@ours.test>${padding}`);
    expect(heapBytes() - before).toBeLessThan(400 * KB);
  });

  it('does not keep a chunk of commands for an incomplete line', async () => {
    test = await startTestEdge();
    const clients = await Promise.all(Array.from({ length: 50 }, () => test.greeted()));
    const commands = Buffer.from(`${`NOOP ${'x'.repeat(3_000)}\r\n`.repeat(10)}NOOP a beginning of a line`);
    const before = heapBytes();
    for (const client of clients) {
      client.send(commands);
      for (let at = 0; at < 10; at++) expect(await client.reply()).toMatch(/^250 /);
    }
    expect(heapBytes() - before).toBeLessThan(MB);
  });
});
