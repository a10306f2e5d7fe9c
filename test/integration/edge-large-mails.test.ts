import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectRef, PutBody } from '../../core/ports/object-store.ts';
import { startTestEdge, type TestEdge } from '../support/edge.ts';
import type { SmtpSocket } from '../support/smtp-socket.ts';

const KB = 1024;
const MB = 1024 * KB;
const LINE = 'sixteen bytes.\r\n';
/** Large mails may use an eighth of the 32 MB in flight: four mails of 1 MB at a time. */
const TOGETHER = 4;

/** Holds each put until `go` is called. */
class PatientStore {
  puts = 0;
  #go: () => void = () => {};
  readonly #told = new Promise<void>((resolve) => {
    this.#go = resolve;
  });

  readonly put = async (_ref: ObjectRef, _body: PutBody) => {
    this.puts++;
    await this.#told;
    return { outcome: 'created', versionId: null } as const;
  };

  go(): void {
    this.#go();
  }
}

let store: PatientStore;
let test: TestEdge;
beforeEach(async () => {
  store = new PatientStore();
  test = await startTestEdge({ store, limits: { inFlightBytes: 32 * MB } });
});
afterEach(() => test.close());

async function inData(parameters = ''): Promise<SmtpSocket> {
  const client = await test.greeted();
  await client.command(`MAIL FROM:<a@b.test>${parameters}`);
  await client.command('RCPT TO:<info@ours.test>');
  expect(await client.command('DATA')).toMatch(/^354 /);
  return client;
}

async function deliver(bytes: number, parameters = ''): Promise<string> {
  const client = await inData(parameters);
  client.send(Buffer.concat([Buffer.alloc(bytes, LINE), Buffer.from('.\r\n')]));
  return client.reply();
}

async function metric(name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${test.edge.healthPort}/metrics`);
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1]);
}

describe('large mails that arrive together', () => {
  it('are received one after the other, and all are stored', async () => {
    const replies = Array.from({ length: 12 }, () => deliver(MB));
    await expect.poll(() => store.puts).toBe(TOGETHER);
    // Of the other mails the edge has read only what arrived with the first bytes.
    expect(await metric('edge_in_flight_bytes')).toBeLessThan(TOGETHER * MB + 8 * 128 * KB + 1);
    store.go();
    for (const reply of await Promise.all(replies)) expect(reply).toMatch(/^250 /);
    expect(store.puts).toBe(12);
    expect(await metric('edge_in_flight_bytes')).toBe(0);
  });

  it('reserve as much room as they declare', async () => {
    const replies = Array.from({ length: 3 }, () => deliver(2 * MB, ` SIZE=${3 * MB}`));
    await expect.poll(() => store.puts).toBe(1);
    const small = deliver(10 * KB);
    await expect.poll(() => store.puts).toBe(2);
    expect(await metric('edge_in_flight_bytes')).toBeLessThan(2 * MB + 2 * 128 * KB + 11 * KB);
    store.go();
    for (const reply of await Promise.all([...replies, small])) expect(reply).toMatch(/^250 /);
  });

  it('release their room when the client disconnects, before or during its turn', async () => {
    const receiving = await Promise.all(Array.from({ length: TOGETHER }, () => inData()));
    for (const client of receiving) client.send(Buffer.alloc(128 * KB, LINE));
    await expect.poll(() => metric('edge_in_flight_bytes')).toBe(TOGETHER * 128 * KB);
    const waiting = await inData();
    waiting.send(Buffer.alloc(MB, LINE));
    await expect.poll(() => metric('edge_in_flight_bytes')).toBeGreaterThan(TOGETHER * 128 * KB + 64 * KB);
    waiting.destroy();
    for (const client of receiving) client.destroy();
    await expect.poll(() => metric('edge_in_flight_bytes')).toBe(0);
    store.go();
    for (const reply of await Promise.all(Array.from({ length: 12 }, () => deliver(MB))))
      expect(reply).toMatch(/^250 /);
  });
});

it('senders that stall in the middle of large mails do not delay others', async () => {
  store.go();
  const slow = await Promise.all(Array.from({ length: TOGETHER }, () => inData()));
  for (const client of slow) client.send(Buffer.alloc(128 * KB, LINE));
  await expect.poll(() => metric('edge_in_flight_bytes')).toBe(TOGETHER * 128 * KB);
  expect(await deliver(MB)).toMatch(/^250 /);
  for (const client of slow) {
    client.send(Buffer.concat([Buffer.alloc(MB, LINE), Buffer.from('.\r\n')]));
    expect(await client.reply()).toMatch(/^250 /);
  }
});
