import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runChild } from '../support/child.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const OLD_NODE = `--import=data:text/javascript,${encodeURIComponent("Object.defineProperty(process.versions, 'node', { value: '18.20.8' })")}`;

describe.each([
  { name: 'mail-pipeline', args: ['cli/mail-pipeline.mjs', '--version'] },
  { name: 'npm run demo', args: ['bin/run.mjs', 'npm run demo', 'local/demo/main.ts', '--help'] },
])('$name reports in one sentence', ({ name, args }) => {
  it('that Node.js is too old', async () => {
    const { code, stderr } = await runChild(process.execPath, args, { NODE_OPTIONS: OLD_NODE });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${name}: needs Node.js 20.15 or newer and this is 18.20.8: install a newer one (https://nodejs.org)\n`,
    });
  });

  it('that there is no temporary directory, and leaves nothing in an existing one', async () => {
    const absent = await runChild(process.execPath, args, { TMPDIR: path('absent') });
    expect({ code: absent.code, stderr: absent.stderr }).toEqual({
      code: 1,
      stderr: `${name}: the temporary directory ${path('absent')} cannot be written (ENOENT): set TMPDIR to another one\n`,
    });
    const { code } = await runChild(process.execPath, args, { TMPDIR: path() });
    expect(code).toBe(0);
    expect(readdirSync(path()).filter((file) => file.startsWith('mail-pipeline-'))).toEqual([]);
  });
});
