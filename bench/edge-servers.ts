import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { bundleProgram } from '../core/build/bundle.ts';
import { selfSignedCertificate } from '../edge-mta/tls/self-signed.ts';
import { listenOnLoopback } from '../local/http/listen.ts';
import { Child } from '../test/support/child.ts';
import { EdgeChild } from '../test/support/edge-process.ts';
import { Postfix, receivingAt } from '../test/support/postfix.ts';
import { SmtpSocket } from '../test/support/smtp-socket.ts';
import { missingTools, toolPath } from '../test/support/tools.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const HARAKA = 'Haraka@3.3.4';

/** A server under load. */
export interface Subject {
  name: string;
  port: number;
  /** Root of the measured process tree. */
  pid: number;
  /** Whether it supports STARTTLS. */
  startTls: boolean;
  stop(): Promise<void>;
}

/** Starts a server with its files in a directory; prints the reason and returns null when unavailable. */
export type SubjectStart = (directory: string) => Promise<Subject | null>;

/** The deployed bundle, storing over TLS at a discarding server that is not measured. */
const ours: SubjectStart = async (directory) => {
  const pem = join(directory, 'store.pem');
  const { chain, key } = selfSignedCertificate('127.0.0.1');
  await writeFile(pem, chain + key);
  const program = resolve(import.meta.dirname, 'discarding-store.ts');
  const store = new Child(process.execPath, ['--import', 'tsx', program, pem]);
  const [, storePort = ''] = await store.printed(/listening (\d+)/);
  const file = bundleProgram('edge-mta', directory);
  const endpoint = `https://127.0.0.1:${storePort}`;
  // Disable load shedding, which no other server here does.
  const limits = { loopLagMs: 10_000 };
  const edge = await EdgeChild.start(file, endpoint, { limits }, { NODE_EXTRA_CA_CERTS: pem });
  return {
    name: 'edge-mta',
    port: edge.smtpPort,
    pid: edge.pid,
    startTls: true,
    async stop() {
      await edge.stop();
      store.signal('SIGKILL');
      await store.ended();
    },
  };
};

/** Postfix's load sink, written in C: reads mails and drops them. A lower bound, not a mail server. */
const smtpSink: SubjectStart = async () => {
  if (missing('smtp-sink')) return null;
  const port = await freePort();
  const sink = new Child(toolPath('smtp-sink') ?? 'smtp-sink', [
    ...(isRoot ? ['-u', 'nobody'] : []),
    `127.0.0.1:${port}`,
    '1000',
  ]);
  await answering(port);
  return {
    name: 'smtp-sink',
    port,
    pid: sink.process.pid ?? 0,
    startTls: false,
    async stop() {
      sink.signal('SIGKILL');
      await sink.ended();
    },
  };
};

/** Queues each mail on disk with fsync, then discards it. */
const postfix: SubjectStart = async (directory) => {
  if (missing('postfix')) return null;
  if (!isRoot) return skip('Postfix', 'only root may start it');
  const port = await freePort();
  // Its processes run as a separate user.
  for (const path of [directory, dirname(directory)]) await chmod(path, 0o755);
  const server = await Postfix.start(receivingAt(port), directory);
  await answering(port);
  return { name: 'Postfix', port, pid: await server.masterPid(), startTls: false, stop: () => server.stop() };
};

/** Writes each mail to a file, without fsync. From `HARAKA_DIR`, or installed from npm below the directory. */
const haraka: SubjectStart = async (directory) => {
  const home = process.env['HARAKA_DIR'] ?? (await installHaraka(directory));
  if (home === null) return null;
  const port = await freePort();
  const program = join(home, 'node_modules/Haraka/bin/haraka');
  const config = join(directory, 'own', 'config');
  await run(process.execPath, [program, '-i', join(directory, 'own')]);
  const files = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    plugins: 'accept\nqueue/test\n',
    loglevel: 'LOGERROR\n',
    me: 'haraka.test\n',
    databytes: '100000000\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(config, name), text);
  const accept = 'exports.hook_rcpt = (next) => next(OK);\nexports.hook_mail = (next) => next(OK);\n';
  await writeFile(join(directory, 'own/plugins/accept.js'), accept);
  const env = { ...process.env, TMPDIR: directory };
  const server = new Child(process.execPath, [program, '-c', join(directory, 'own')], { env });
  await answering(port);
  return {
    name: 'Haraka',
    port,
    pid: server.process.pid ?? 0,
    startTls: false,
    async stop() {
      server.signal('SIGKILL');
      await server.ended();
    },
  };
};

export const SUBJECTS: readonly SubjectStart[] = [ours, smtpSink, postfix, haraka];

async function installHaraka(directory: string): Promise<string | null> {
  const home = join(directory, 'haraka');
  await mkdir(home, { recursive: true });
  try {
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', home, HARAKA]);
  } catch {
    return skip('Haraka', `npm cannot install ${HARAKA}; set HARAKA_DIR to a directory that has it`);
  }
  return existsSync(join(home, 'node_modules/Haraka')) ? home : null;
}

function missing(tool: string): boolean {
  const reason = missingTools(tool);
  if (reason !== '') skip(tool, 'not installed');
  return reason !== '';
}

function skip(name: string, reason: string): null {
  process.stderr.write(`  without ${name}: ${reason}\n`);
  return null;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  await new Promise((done) => server.close(done));
  return port;
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const client = await SmtpSocket.open(port).catch(() => null);
    if (client === null) {
      await delay(50);
      continue;
    }
    const greeting = await client.reply();
    client.destroy();
    if (greeting.startsWith('220')) return;
  }
  throw new Error(`nothing says 220 at port ${port}`);
}
