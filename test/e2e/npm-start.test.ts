import { mkdtemp } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesOf } from '../support/child.ts';
import { READY_LINE, refused, TestPipeline, writeConfig } from '../support/local-pipeline.ts';
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

async function started(args: readonly string[] = []): Promise<TestPipeline> {
  const pipeline = await TestPipeline.start(directory, args);
  cleanups.push(async () => pipeline.program.killAll().catch(() => {}));
  return pipeline;
}

// test/long covers what can prevent a start, and how it ends when it is killed.
describe('npm start', () => {
  it('prints the ready line once, first, with its ports, follows its configuration, and stops on Ctrl-C', async () => {
    const file = await writeConfig(directory, "{ domains: ['example.net'] }");
    const pipeline = await started(['--config', file]);
    const { program } = pipeline;
    expect(program.stdout.split('\n')[0]).toMatch(READY_LINE);
    expect(program.stdout.match(/^ready /gm)).toHaveLength(1);
    expect(pipeline.smtpPort).toBeGreaterThan(0);
    expect((await fetch(pipeline.consoleUrl)).status).toBe(200);
    expect((await fetch(`${pipeline.awsUrl}/raw-mail?list-type=2`)).status).toBe(200);
    await expect(pipeline.send(Buffer.from('Subject: x\r\n\r\nx\r\n'))).rejects.toThrow(/550 5\.7\.1/);
    const pid = program.child.pid ?? 0;
    expect(processesOf(pid).length).toBeGreaterThan(1);
    program.child.kill('SIGINT');
    // npm forwards the signal.
    program.child.kill('SIGTERM');
    expect(await program.exited()).toBe(130);
    expect(program.stderr).toBe(`mail-pipeline start: stopped; mails, objects and queues are kept in ${directory}\n`);
    expect(processesOf(pid)).toEqual([]);
  });

  it.each([
    [['--smtp-port', 'x'], /^mail-pipeline start: --smtp-port is "x": give a port, .* \(mail-pipeline help start\)\n$/],
    [
      ['--smtp'],
      /^mail-pipeline start: there is no option --smtp: did you mean --smtp-port\? \(mail-pipeline help start\)\n$/,
    ],
    [['--data'], /^mail-pipeline start: --data needs a value: write --data DIR \(mail-pipeline help start\)\n$/],
  ])('refuses %j in one sentence', async (args, message) => {
    const { code, stderr } = await refused(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('names the field of an invalid configuration', async () => {
    const file = await writeConfig(directory, '{ smtp: { maxMessageBytes: 1 } }');
    const { code, stderr } = await refused(['--config', file, '--data', directory]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/smtp\.maxMessageBytes is 1/);
  });
});
