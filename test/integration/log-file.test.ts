import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LogFile } from '../../local/log-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describe('the log file', () => {
  const path = temporaryDirectory();

  it('goes on where it was', () => {
    for (const line of ['one', 'two']) {
      const log = new LogFile(path('a', 'b.log'));
      log.write(line);
      log.close();
    }
    expect(readFileSync(path('a', 'b.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it('never takes more than two files of its limit', () => {
    const log = new LogFile(path('c.log'));
    const line = 'x'.repeat(1024 * 1024);
    for (let at = 0; at < 80; at++) log.write(line);
    log.close();
    expect(statSync(path('c.log')).size).toBeLessThan(34 * 1024 * 1024);
    expect(statSync(path('c.log.1')).size).toBeLessThan(34 * 1024 * 1024);
  });
});
