import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { bundleProgram } from '../../core/build/bundle.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { edgeSettings } from '../../core/config/to-settings.ts';
import { edgeEnvironment } from '../../core/settings/edge.ts';
import { NODE_OPTIONS } from '../support/edge-process.ts';
import { pidListeningOn, userIdsOf } from './processes.ts';

/**
 * Builds the image of the edge and runs it: `check.ts TOOL`, where TOOL is `image-check CONTEXT DOCKERFILE -- COMMAND…`.
 * The container must answer 220 as a user that is not root, without writing a file or starting a process, and end
 * cleanly on SIGTERM; and it must hold the same bundle that local mode runs.
 */
const HOSTNAME = 'mx.example.test';
const USER = 1000;

const PLACEMENT = { rawBucket: 'raw-mail', hostname: HOSTNAME, smtpPort: 0, healthPort: 0 };
const ENVIRONMENT = {
  ...edgeEnvironment.encode(edgeSettings(defineConfig({}), PLACEMENT)),
  AWS_REGION: 'us-east-1',
};

/** Node's permission model stands for the read-only file system and the missing shell. */
const LOCKED_DOWN = ['--experimental-permission', '--allow-fs-read=*'];

const listening = z.object({ message: z.literal('listening'), smtpPort: z.int(), healthPort: z.int() });

const tool = process.argv[2];
if (tool === undefined) throw new Error('usage: check.ts TOOL');
await checkService(tool);
await checkBundle(tool);
process.stdout.write(`the image answers 220 as user ${USER}, ends on SIGTERM and holds the bundle of local mode\n`);

async function checkService(path: string): Promise<void> {
  const settings = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  const container = run(path, ['env', ...settings, 'node', ...NODE_OPTIONS, ...LOCKED_DOWN, 'index.mjs']);
  try {
    await checkRunning(container);
  } finally {
    stop(container);
  }
}

async function checkRunning(container: Container): Promise<void> {
  const { smtpPort, healthPort } = await firstLine(container, listening);
  expectEqual(
    'entry point',
    container.output.includes(
      `user ${USER}:${USER} cmd [] entrypoint [${['node', ...NODE_OPTIONS, 'index.mjs'].join(' ')}]`,
    ),
    true,
  );
  expectMatch('greeting', await greeting(smtpPort), /^220 mx\.example\.test /);
  expectEqual('health', (await fetch(`http://127.0.0.1:${healthPort}/ready`)).status, 200);
  const pid = pidListeningOn(smtpPort);
  expectEqual('user', userIdsOf(pid).join(), [USER, USER, USER, USER].join());
  process.kill(pid, 'SIGTERM');
  const [code] = await once(container.child, 'exit');
  expectEqual('exit code after SIGTERM', code, 0);
  expectMatch('log', container.output, /"message":"drained"/);
}

async function checkBundle(path: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'edge-bundle-'));
  const ours = createHash('sha256')
    .update(readFileSync(bundleProgram('edge-mta', directory)))
    .digest('hex');
  rmSync(directory, { recursive: true });
  const container = run(path, ['sha256sum', 'index.mjs']);
  const [code] = await once(container.child, 'exit');
  expectEqual('exit code', code, 0);
  expectMatch('sha256 of the bundle', container.output, new RegExp(`${ours} `));
}

interface Container {
  child: ChildProcess;
  output: string;
  lines: AsyncIterable<string>;
}

function run(path: string, command: string[]): Container {
  const child = spawn(path, ['.', 'edge-mta/Dockerfile', '--', ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, which can be ended as a whole.
    detached: true,
  });
  const container: Container = { child, output: '', lines: createInterface({ input: child.stdout }) };
  child.stdout.on('data', (chunk: Buffer) => {
    container.output += chunk.toString();
  });
  return container;
}

function stop({ child }: Container): void {
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
}

/** The first line of JSON that fits. */
async function firstLine<T>(
  container: Container,
  schema: { safeParse(value: unknown): z.ZodSafeParseResult<T> },
): Promise<T> {
  for await (const line of container.lines) {
    // The tool ends its own line behind the first one of the container.
    const json = line.slice(Math.max(0, line.indexOf('{"')));
    const parsed = json.startsWith('{') ? schema.safeParse(JSON.parse(json)) : null;
    if (parsed?.success) return parsed.data;
  }
  throw new Error(`the container ended without a word:\n${container.output}`);
}

async function greeting(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const [banner] = await once(socket, 'data');
  socket.end('QUIT\r\n');
  await once(socket, 'close');
  return String(banner);
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)}, not ${String(expected)}`);
}

function expectMatch(what: string, actual: string, expected: RegExp): void {
  if (!expected.test(actual)) throw new Error(`${what} does not match ${expected}:\n${actual}`);
}
