import { readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogFile } from '../../local/log-file.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describe('the log file', () => {
  const path = temporaryDirectory();

  it('appends to the existing file', () => {
    for (const line of ['one', 'two']) {
      const log = new LogFile(path('a', 'b.log'));
      log.write(line);
      log.close();
    }
    expect(readFileSync(path('a', 'b.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it('drops lines the disk does not accept, and continues', async (context) => {
    const disk = await mountSmallDisk(64 * 1024);
    if (disk === null) return context.skip('needs root: a small file system is mounted');
    const log = new LogFile(join(disk.directory, 'local.log'));
    for (let at = 0; at < 100; at++) log.write('x'.repeat(1024));
    truncateSync(log.path);
    log.write('there is space again');
    log.close();
    expect(readFileSync(log.path, 'utf8')).toContain('there is space again');
    await disk.unmount();
  });

  it('never exceeds two files of the maximum size', () => {
    const log = new LogFile(path('c.log'));
    const line = 'x'.repeat(1024 * 1024);
    for (let at = 0; at < 80; at++) log.write(line);
    log.close();
    expect(statSync(path('c.log')).size).toBeLessThan(34 * 1024 * 1024);
    expect(statSync(path('c.log.1')).size).toBeLessThan(34 * 1024 * 1024);
  });
});
