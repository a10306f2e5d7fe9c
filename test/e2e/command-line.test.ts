import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { READY_LINE, StartedProgram, TestPipeline, writeConfig } from '../support/local-pipeline.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const FREE_PORTS = ['--smtp-port', '0', '--web-port', '0', '--aws-port', '0'];
const path = temporaryDirectory();
let directory = '';
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(path('test-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function started(args: readonly string[] = []): Promise<TestPipeline> {
  const pipeline = await TestPipeline.start(directory, args);
  cleanups.push(async () => pipeline.program.killAll().catch(() => {}));
  return pipeline;
}

/** Ends by itself, without becoming ready. */
async function refused(args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const program = new StartedProgram(args);
  const code = await program.exited();
  expect(program.stdout).not.toMatch(READY_LINE);
  return { code, stderr: program.stderr };
}

async function takenPort(): Promise<number> {
  const server = createServer();
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return listenOnLoopback(server, 0);
}

/** Processes of a group that have not ended. */
function processesOf(group: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  return rows.filter(([, pgid, stat]) => Number(pgid) === group && !stat?.startsWith('Z')).map(([pid]) => Number(pid));
}

describe('npm start', () => {
  it('prints the ready line once, first, with the ports that it listens on', async () => {
    const pipeline = await started();
    expect(pipeline.program.stdout.split('\n')[0]).toMatch(READY_LINE);
    expect(pipeline.program.stdout.match(/^ready /gm)).toHaveLength(1);
    expect(pipeline.smtpPort).toBeGreaterThan(0);
    expect((await fetch(pipeline.consoleUrl)).status).toBe(200);
    expect((await fetch(`${pipeline.awsUrl}/raw-mail?list-type=2`)).status).toBe(200);
  });

  it('takes a Ctrl-C that npm passes on for the same one', async () => {
    const { program } = await started();
    program.child.kill('SIGINT');
    program.child.kill('SIGTERM');
    expect(await program.exited()).toBe(130);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('ends on %s with %d and one line, and leaves no process', async (signal, code) => {
    const { program } = await started();
    const pid = program.child.pid ?? 0;
    expect(processesOf(pid).length).toBeGreaterThan(1);
    program.child.kill(signal);
    expect(await program.exited()).toBe(code);
    expect(program.stderr).toBe(`npm start: stopped; mails, objects and queues are kept in ${directory}\n`);
    expect(processesOf(pid)).toEqual([]);
  });

  it('leaves no process when it alone is killed, and can be started again at once', async () => {
    const first = await started();
    const pid = first.program.child.pid ?? 0;
    first.program.child.kill('SIGKILL');
    await first.program.exited();
    await expect.poll(() => processesOf(pid)).toEqual([]);
    await started();
  });

  it('ends when only the npm that started it is killed', async () => {
    const args = [...FREE_PORTS, '--data', directory];
    const program = new StartedProgram(['start', '--', ...args], ['npm']);
    const npm = program.child.pid ?? 0;
    cleanups.push(async () => {
      for (const pid of processesOf(npm)) process.kill(pid, 'SIGKILL');
    });
    await program.ready();
    program.child.kill('SIGKILL');
    await expect.poll(() => processesOf(npm)).toEqual([]);
    await started();
  });

  it('refuses a directory that another one uses', async () => {
    const { program } = await started();
    const { code, stderr } = await refused([...FREE_PORTS, '--data', directory]);
    expect(code).toBe(1);
    expect(stderr).toContain(`in use by another mail-pipeline (process ${program.child.pid})`);
    expect(stderr).toContain('--data');
  });

  it.each(['--smtp-port', '--web-port', '--aws-port'])('names %s when its port is taken', async (flag) => {
    const port = await takenPort();
    const others = ['--smtp-port', '--web-port', '--aws-port'].filter((other) => other !== flag);
    const { code, stderr } = await refused([
      ...others.flatMap((other) => [other, '0']),
      ...[flag, String(port)],
      ...['--data', directory],
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^port ${port} .*taken.*${flag} 0`, 'm'));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [['--smtp-port', 'x'], /^--smtp-port is "x": give a port, .* \(npm start -- --help\)\n$/],
    [['--smtp'], /^there is no option --smtp: did you mean --smtp-port\? \(npm start -- --help\)\n$/],
    [['--data'], /^--data lacks its value: write --data DIR \(npm start -- --help\)\n$/],
  ])('refuses %j in one sentence', async (args, message) => {
    const { code, stderr } = await refused(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it.each([
    ['a file in the way', 'file', /a file is in the way/],
    ['a file above it', 'file/below', /a file is in the way/],
    ['a place where nobody may write', '/sys/mail-pipeline', /permission denied/],
  ])('says in one sentence that --data is %s', async (_what, place, fault) => {
    await writeFile(join(directory, 'file'), '');
    const data = resolve(directory, place);
    const { code, stderr } = await refused([...FREE_PORTS, '--data', data]);
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 1, lines: 2 });
    expect(stderr).toMatch(fault);
    expect(stderr).toContain(`--data ${data} cannot be written: `);
    expect(stderr).toContain('choose another directory with --data');
  });

  it('says in one sentence that the disk of --data is full', async (test) => {
    const disk = await mountSmallDisk(1024 * 1024);
    if (disk === null) return test.skip('a small disk cannot be mounted: it takes root');
    cleanups.push(() => disk.unmount());
    const { code, stderr } = await refused([...FREE_PORTS, '--data', join(disk.directory, 'data')]);
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 1, lines: 2 });
    expect(stderr).toMatch(/^--data \S+ cannot be written: the disk is full.*: choose another directory with --data$/m);
  });

  it('names the field of a configuration that is wrong', async () => {
    const file = await writeConfig(directory, '{ smtp: { maxMessageBytes: 1 } }');
    const { code, stderr } = await refused(['--config', file, '--data', directory]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/smtp\.maxMessageBytes is 1/);
  });

  it('holds to its configuration', async () => {
    const file = await writeConfig(directory, "{ domains: ['example.net'] }");
    const pipeline = await started(['--config', file]);
    await expect(pipeline.send(Buffer.from('Subject: x\r\n\r\nx\r\n'))).rejects.toThrow(/550 5\.7\.1/);
  });
});
