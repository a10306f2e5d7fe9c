import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { heapOption } from '../../core/config/edge-memory.ts';
import type { PipelineConfig } from '../../core/config/schema.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { type HeldKind, hold } from '../support/held-sessions.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MB = 1024 * 1024;
/** Shares of the sessions that a profile admits. The remaining fifteenth is left for ordinary mail. */
const MIX: readonly (readonly [HeldKind, number])[] = [
  ['plain', 1 / 15],
  ['tls', 2 / 15],
  ['handshake', 2 / 15],
  ['data', 9 / 15],
];
const LARGE_BYTES = 8 * MB;

/** A store over TLS, like S3, that reads and answers nothing while it is `asleep`. */
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

async function startEdge({ fargate, smtp }: PipelineConfig): Promise<void> {
  const certificate = selfSignedCertificate('127.0.0.1');
  const trusted = directory('store.pem');
  await writeFile(trusted, certificate.chain);
  store = new SleepyStore(certificate);
  clients = [];
  bundle = await bundledEdge();
  // Like the deployed task, but it does not end slow sessions: a busy machine takes longer to open them all.
  const limits = {
    ...smtp.limits,
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
}

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

describe.each(['standard', 'frugal'] as const)(
  'a task with the memory and the limits of the profile "%s"',
  (profile) => {
    const config = defineConfig({ profile });
    const { fargate, smtp } = config;
    const held = MIX.map(([kind, share]) => [kind, Math.round(share * smtp.limits.maxConnections)] as const);
    const sessions = held.reduce((sum, [, count]) => sum + count, 0);
    beforeEach(() => startEdge(config));

    it('accepts ordinary mail within its memory while the costliest sessions and mails exhaust their limits', async () => {
      for (const [at, [kind, count]] of held.entries()) {
        clients.push(...(await hold(edge.smtpPort, kind, count, at)));
        console.log(`${kind}: ${mb(edge.memory())} MB`);
      }
      expect(await edge.metric('edge_sessions')).toBe(sessions);
      expect(await deliver('Subject: ordinary')).toMatch(/^250 /);
      // All sessions are in use: the edge ends a silent one to make room.
      const { maxConnections } = smtp.limits;
      clients.push(...(await hold(edge.smtpPort, 'plain', maxConnections - sessions, held.length)));
      expect(await edge.metric('edge_sessions')).toBe(maxConnections);
      expect(await deliver('Subject: ordinary')).toMatch(/^250 /);

      store.asleep = true;
      const large = `${'x'.repeat(70)}\r\n`.repeat(LARGE_BYTES / 72);
      const mails = Array.from({ length: Math.floor(smtp.limits.inFlightBytes / LARGE_BYTES) - 1 }, () =>
        deliver(large),
      );
      await expect.poll(() => store.waiting).toBe(mails.length);
      console.log(`with ${mails.length} mails of 8 MB: ${mb(edge.memory())} MB`);
      store.wake();
      for (const reply of await Promise.all(mails)) expect(reply).toMatch(/^250 /);

      expect(await deliver('Subject: ordinary')).toMatch(/^250 /);
      expect(await edge.metric('edge_sessions')).toBeGreaterThanOrEqual(sessions);
      // Close all at once: each writes a log line that names its recipients.
      for (const client of clients.splice(0)) client.destroy();
      await expect.poll(() => edge.metric('edge_sessions')).toBe(0);
      expect(await deliver('Subject: ordinary')).toMatch(/^250 /);
      console.log(`the peak: ${mb(edge.peakMemory())} MB`);
      expect(edge.peakMemory()).toBeLessThan(fargate.memoryMb * MB);
    });
  },
);

const mb = (bytes: number): number => Math.round(bytes / MB);
