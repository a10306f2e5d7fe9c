import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { heapOption } from '../../core/config/edge-memory.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { type HeldKind, hold } from '../support/held-sessions.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MB = 1024 * 1024;
const { fargate, smtp } = defineConfig({});
/** As many as the defaults admit, and what is left for ordinary mail. */
const MIX: readonly (readonly [HeldKind, number])[] = [
  ['plain', 100],
  ['tls', 200],
  ['handshake', 200],
  ['data', 900],
];
const HELD = MIX.reduce((sum, [, count]) => sum + count, 0);
const LARGE_BYTES = 8 * MB;

/** A store over TLS, as S3 is, that reads and answers nothing while it is `asleep`. */
class SleepyStore {
  readonly server: Server;
  asleep = false;
  #waiting: (() => void)[] = [];

  constructor(certificate: { chain: string; key: string }) {
    this.server = createServer({ cert: certificate.chain, key: certificate.key }, (message, response) => {
      if (this.asleep) this.#waiting.push(() => answer(message, response));
      else answer(message, response);
    });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  wake(): void {
    this.asleep = false;
    for (const go of this.#waiting.splice(0)) go();
  }
}

function answer(message: IncomingMessage, response: ServerResponse): void {
  message.resume().on('end', () => response.end());
}

const directory = temporaryDirectory();
let bundle: Awaited<ReturnType<typeof bundledEdge>>;
let store: SleepyStore;
let edge: EdgeChild;
let clients: SmtpSocket[];

beforeEach(async () => {
  const certificate = selfSignedCertificate('127.0.0.1');
  const trusted = directory('store.pem');
  await writeFile(trusted, certificate.chain);
  store = new SleepyStore(certificate);
  clients = [];
  bundle = await bundledEdge();
  // As the task is deployed, but that nobody is sent away for being slow: a busy machine takes longer to fill it.
  const limits = {
    idleSecondsUnderPressure: 300,
    storeDeadlineSeconds: 120,
    dataMinBytesPerSecond: 0,
    loopLagMs: 10_000,
  };
  edge = await EdgeChild.start(
    bundle.file,
    `https://127.0.0.1:${await listenOnLoopback(store.server, 0)}`,
    { limits, memoryBytes: fargate.memoryMb * MB },
    { NODE_EXTRA_CA_CERTS: trusted, NODE_OPTIONS: heapOption(fargate.memoryMb) },
  );
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await edge.stop();
  store.server.closeAllConnections();
  await new Promise((resolve) => store.server.close(resolve));
  await bundle.remove();
});

async function inData(): Promise<SmtpSocket> {
  const client = await SmtpSocket.open(edge.smtpPort);
  clients.push(client);
  await client.reply();
  for (const line of ['EHLO c.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA']) {
    await client.command(line);
  }
  return client;
}

async function deliver(content: string): Promise<string> {
  const client = await inData();
  client.send(`${content}\r\n.\r\n`);
  return client.reply();
}

describe(`a task of ${fargate.memoryMb} MB with the default limits`, () => {
  it('takes ordinary mail inside its memory while the costliest sessions and mails fill both', async () => {
    for (const [at, [kind, count]] of MIX.entries()) {
      clients.push(...(await hold(edge.smtpPort, kind, count, at)));
      console.log(`${kind}: ${mb(edge.memory())} MB`);
    }
    expect(await edge.metric('edge_sessions')).toBe(HELD);
    expect(await deliver('Subject: ordinary')).toMatch(/^250 /);
    // Every session is taken: one of those that say nothing makes room.
    const { maxConnections } = smtp.limits;
    clients.push(...(await hold(edge.smtpPort, 'plain', maxConnections - HELD, MIX.length)));
    expect(await edge.metric('edge_sessions')).toBe(maxConnections);
    expect(await deliver('Subject: ordinary')).toMatch(/^250 /);

    store.asleep = true;
    const large = `${'x'.repeat(70)}\r\n`.repeat(LARGE_BYTES / 72);
    const mails = Array.from({ length: Math.floor(smtp.limits.inFlightBytes / LARGE_BYTES) - 1 }, () => deliver(large));
    await expect.poll(() => store.waiting).toBe(mails.length);
    console.log(`with ${mails.length} mails of 8 MB: ${mb(edge.memory())} MB`);
    store.wake();
    for (const reply of await Promise.all(mails)) expect(reply).toMatch(/^250 /);

    expect(await deliver('Subject: ordinary')).toMatch(/^250 /);
    expect(await edge.metric('edge_sessions')).toBeGreaterThanOrEqual(HELD);
    // All at once: each has a line in the log that names its recipients.
    for (const client of clients.splice(0)) client.destroy();
    await expect.poll(() => edge.metric('edge_sessions')).toBe(0);
    expect(await deliver('Subject: ordinary')).toMatch(/^250 /);
    console.log(`the peak: ${mb(edge.peakMemory())} MB`);
    expect(edge.peakMemory()).toBeLessThan(fargate.memoryMb * MB);
  });
});

const mb = (bytes: number): number => Math.round(bytes / MB);
