import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleMails } from '../fixtures/samples.ts';
import { Child, runChild } from '../support/child.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** For its data; the demo has to leave it as empty as it was. */
async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'demo-test-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Somebody else's program on a usual port, unless there is one already. */
async function occupy(port: number): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.listen(port, '127.0.0.1', () => {
      cleanups.push(() => new Promise((closed) => server.close(closed)));
      resolve();
    });
  });
}

describe('npm run demo', () => {
  it('delivers every sample, prints a line for each, and ends with --exit', async () => {
    const TMPDIR = await temporaryDirectory();
    const { code, stdout, stderr } = await runChild('npm', ['run', 'demo', '--silent', '--', '--exit'], { TMPDIR });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.toString().split('\n');
    const mails = lines.filter((line) => /^ *\d+ ms {2}/.test(line));
    expect(mails).toHaveLength(sampleMails().length);
    for (const { facts, name } of sampleMails()) {
      const line = mails.find((text) => text.includes(facts.from[0] ?? '') && text.includes(facts.subject ?? ''));
      expect(line, name).toBeDefined();
    }
    // The scan has no text in it: somebody has to have read it.
    expect(mails.find((line) => line.includes('scan0417.pdf'))).toContain('[invoice: GBP 1488.00]');
    expect(stdout.toString()).toMatch(/^The first was here \d+\.\d s after this program was started\.$/m);
    expect(stdout.toString()).toContain(
      `${mails.length} mails delivered over SMTP, ${mails.length} came out of the queue.`,
    );
    expect(readdirSync(TMPDIR).filter((name) => name.startsWith('mail-pipeline-'))).toEqual([]);
  });

  it('takes other ports when the usual ones are taken, and stays up until Ctrl-C', async () => {
    for (const port of [2525, 8025, 4566]) await occupy(port);
    const TMPDIR = await temporaryDirectory();
    const demo = new Child('npm', ['run', 'demo', '--silent'], { env: { ...process.env, TMPDIR } });
    cleanups.push(() => demo.signal('SIGKILL'));
    const ready =
      /^ready smtp=127\.0\.0\.1:(\d+) console=http:\/\/127\.0\.0\.1:(\d+) aws=(http:\/\/127\.0\.0\.1:(\d+))$/m;
    const [, smtp, web, aws, awsPort] = await demo.printed(ready);
    for (const port of [smtp, web, awsPort]) expect(port).not.toMatch(/^(2525|8025|4566)$/);
    const [, id = ''] = await demo.printed(/mail-pipeline show ([0-9A-Z]{26})/);
    await demo.printed(/Ctrl-C/);
    const shown = await runChild(process.execPath, ['cli/mail-pipeline.mjs', 'show', id], { AWS_ENDPOINT_URL: aws });
    expect(JSON.parse(shown.stdout.toString())).toMatchObject({ id });
    demo.signal('SIGINT');
    const { code, stderr } = await demo.ended();
    // npm says nothing of its own with --silent.
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'npm run demo: stopped, and its data removed\n' });
    expect(readdirSync(TMPDIR).filter((name) => name.startsWith('mail-pipeline-'))).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const { code, stderr } = await runChild(process.execPath, ['--import', 'tsx', 'local/demo/main.ts', '--ext']);
    expect(code).toBe(2);
    expect(stderr).toBe('there is no option --ext: did you mean --exit? (npm run demo -- --help)\n');
  });
});
