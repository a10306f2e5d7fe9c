import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundleProgram } from '../../core/build/bundle.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { edgeSettings } from '../../core/config/to-settings.ts';
import { edgeEnvironment } from '../../core/settings/edge.ts';
import { NODE_OPTIONS } from '../support/edge-process.ts';
import { type Container, entryPoint, expectEqual, expectMatch, firstLine, run, stop } from './container.ts';
import { checkLocalMode } from './local-mode.ts';
import { pidListeningOn, userIdsOf } from './processes.ts';

/**
 * Builds the images of the edge and of local mode and runs them: `check.ts TOOL`, where TOOL is `image-check CONTEXT
 * DOCKERFILE -- COMMAND…`. The edge must answer 220 as a non-root user, write no file, start no process, and exit
 * cleanly on SIGTERM. Its image must contain the same bundle that local mode runs.
 */
const HOSTNAME = 'mx.example.test';
const USER = 1000;

const PLACEMENT = { rawBucket: 'raw-mail', hostname: HOSTNAME, smtpPort: 0, healthPort: 0 };
const ENVIRONMENT = {
  ...edgeEnvironment.encode(edgeSettings(defineConfig({}), PLACEMENT)),
  AWS_REGION: 'us-east-1',
};

/** Node's permission model simulates the read-only file system and the missing shell. */
const LOCKED_DOWN = ['--experimental-permission', '--allow-fs-read=*'];

const DOCKERFILE = 'edge-mta/Dockerfile';
const listening = z.object({ message: z.literal('listening'), smtpPort: z.int(), healthPort: z.int() });

const tool = process.argv[2];
if (tool === undefined) throw new Error('usage: check.ts TOOL');
await checkService(tool);
await checkBundle(tool);
process.stdout.write(`the edge answers 220 as user ${USER}, ends on SIGTERM and holds the bundle of local mode\n`);
await checkLocalMode(tool);
process.stdout.write('local mode takes a mail and puts it on its queue\n');

async function checkService(path: string): Promise<void> {
  const settings = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  const container = run(path, DOCKERFILE, ['env', ...settings, 'node', ...NODE_OPTIONS, ...LOCKED_DOWN, 'index.mjs']);
  try {
    await checkRunning(container);
  } finally {
    stop(container);
  }
}

async function checkRunning(container: Container): Promise<void> {
  const { smtpPort, healthPort } = await firstLine(container, listeningLine);
  const entry = entryPoint(USER, ['node', ...NODE_OPTIONS, 'index.mjs']);
  expectEqual('entry point', container.output.includes(entry), true);
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
  const container = run(path, DOCKERFILE, ['sha256sum', 'index.mjs']);
  const [code] = await once(container.child, 'exit');
  expectEqual('exit code', code, 0);
  expectMatch('sha256 of the bundle', container.output, new RegExp(`${ours} `));
}

function listeningLine(line: string) {
  // The tool's own line has no line end, so the container's first line follows it directly.
  const json = line.slice(Math.max(0, line.indexOf('{"')));
  const parsed = json.startsWith('{') ? listening.safeParse(JSON.parse(json)) : null;
  return parsed?.success ? parsed.data : null;
}

async function greeting(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const [banner] = await once(socket, 'data');
  socket.end('QUIT\r\n');
  await once(socket, 'close');
  return String(banner);
}
