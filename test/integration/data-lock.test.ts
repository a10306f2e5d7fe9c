import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataDirectory } from '../../local/data-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('the data lock admits one program per directory, by whatever path', async () => {
  const lock = await lockDataDirectory(directory);
  const link = `${directory}-link`;
  await symlink(directory, link);
  await expect(lockDataDirectory(link)).rejects.toMatchObject({
    code: 'data.in_use',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await rm(link);
  await lock.release();
  await (await lockDataDirectory(directory)).release();
});

it('the data lock goes to one of many programs that start at once', async () => {
  const locks = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDirectory(directory)));
  const held = locks.filter((lock) => lock.status === 'fulfilled');
  expect(held).toHaveLength(1);
  await held[0]?.value.release();
});

it('the data lock is free again after the holder was killed', async () => {
  const code = `import('${new URL('../../local/data-lock.ts', import.meta.url)}')
    .then(({ lockDataDirectory }) => lockDataDirectory(${JSON.stringify(directory)}))
    .then(() => console.log('locked'));`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  await expect(lockDataDirectory(directory)).rejects.toMatchObject({
    message: expect.stringContaining(`process ${holder.pid}`),
  });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await (await lockDataDirectory(directory)).release();
});
