import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { removeAtExit } from '../../local/remove-at-exit.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const writer = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  const end = performance.now() + 100;
  for (let at = 0; performance.now() < end; at += 1) {
    try {
      mkdirSync(workerData + '/' + at, { recursive: true });
      writeFileSync(workerData + '/' + at + '/file', '');
    } catch {}
  }`;

it('removeAtExit removes a directory that another thread is still writing to', async () => {
  const { Worker } = await import('node:worker_threads');
  const directory = path('written');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  writeFileSync(join(directory, 'sub/file'), '');
  const worker = new Worker(writer, { eval: true, workerData: directory });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  await vi.waitFor(() => expect(existsSync(join(directory, '0'))).toBe(true), { interval: 1 });
  const told = vi.spyOn(process.stderr, 'write');
  removeAtExit(directory);
  expect(told).not.toHaveBeenCalled();
  told.mockRestore();
  await ended;
});
