import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { processesOf } from '../support/child.ts';
import { FREE_PORTS, refused, StartedProgram, TestPipeline } from '../support/local-pipeline.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
let directory = '';
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(path('test-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function started(): Promise<TestPipeline> {
  const pipeline = await TestPipeline.start(directory);
  cleanups.push(async () => pipeline.program.killAll().catch(() => {}));
  return pipeline;
}

async function takenPort(): Promise<number> {
  const server = createServer();
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return listenOnLoopback(server, 0);
}

describe('npm start', () => {
  it('exits on SIGTERM with 0 and one line, leaves no process, and refuses a directory in use', async () => {
    const { program } = await started();
    const second = await refused([...FREE_PORTS, '--data', directory]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`in use by another mail-pipeline (process ${program.child.pid})`);
    expect(second.stderr).toContain('--data');
    const pid = program.child.pid ?? 0;
    expect(processesOf(pid).length).toBeGreaterThan(1);
    program.child.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
    expect(program.stderr).toBe(`mail-pipeline start: stopped; mails, objects and queues are kept in ${directory}\n`);
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

  it.each(['--smtp-port', '--web-port', '--aws-port'])('names %s when its port is in use', async (flag) => {
    const port = await takenPort();
    const others = ['--smtp-port', '--web-port', '--aws-port'].filter((other) => other !== flag);
    const { code, stderr } = await refused([
      ...others.flatMap((other) => [other, '0']),
      ...[flag, String(port)],
      ...['--data', directory],
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^mail-pipeline start: port ${port} .*in use.*${flag} 0`, 'm'));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['a file in the way', 'file', /a file is in the way/],
    ['a file above it', 'file/below', /a file is in the way/],
    ['a directory that is never writable', '/sys/mail-pipeline', /permission denied/],
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
    expect(stderr).toMatch(
      /^mail-pipeline start: --data \S+ cannot be written: the disk is full.*: choose another directory with --data$/m,
    );
  });
});
