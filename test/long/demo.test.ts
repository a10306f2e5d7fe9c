import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Child, runChild } from '../support/child.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const TMPDIR = temporaryDirectory();
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Another program that listens on a default port, unless the port is already in use. */
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

it('npm run demo takes other ports when the usual ones are taken, and stays up until Ctrl-C', async () => {
  for (const port of [2525, 8025, 4566]) await occupy(port);
  const demo = new Child('npm', ['run', 'demo', '--silent'], { env: { ...process.env, TMPDIR: TMPDIR() } });
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
  // With --silent, npm prints nothing itself.
  expect({ code, stderr }).toEqual({ code: 130, stderr: 'npm run demo: stopped; its data was removed\n' });
  expect(readdirSync(TMPDIR()).filter((name) => name.startsWith('mail-pipeline-'))).toEqual([]);
});
