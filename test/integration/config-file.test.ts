import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../core/config/load-config.ts';
import { runChild } from '../support/child.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const DEFINE_CONFIG = resolve('core/config/define-config.ts');
const CORRECT = 'correct this line; docs/configuration.md describes every setting';

/** Output of `mail-pipeline dns` for a configuration in a folder outside this project. */
async function dnsOf(file: string, source: string, { type }: { type?: string } = {}) {
  const folder = path(`${file}-${type}`);
  await mkdir(folder);
  if (type !== undefined) await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  const config = join(folder, file);
  await writeFile(config, source);
  const args = ['cli/mail-pipeline.mjs', 'dns', '--target', 'x.example', '--config', config];
  const { code, stdout, stderr } = await runChild(process.execPath, args);
  return { code, stdout: stdout.toString(), stderr: stderr.replaceAll(`${folder}/`, '') };
}

describe('a configuration outside of the project', () => {
  it.each([
    ['with defineConfig, in a folder without package.json', 'a.ts', undefined],
    ['with defineConfig, in a folder of ES modules', 'a.ts', 'module'],
  ])('is read %s', async (_what, file, type) => {
    const source = `import { defineConfig } from '${DEFINE_CONFIG}';
      const domains: string[] = ['a.example'];
      export default defineConfig({ domains });`;
    const { code, stdout, stderr } = await dnsOf(file, source, type === undefined ? {} : { type });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('a.example. MX 10 x.example.');
  });

  it.each([
    ['a syntax error', 'syntax.ts', "export default {\n  domains: ['a.example'\n}", /^syntax\.ts:3:1: Expected "]"/],
    ['a syntax error of JavaScript', 'syntax.mjs', 'export default {\n  domains: [\n}', /^syntax\.mjs:3:1: Unexpected/],
    [
      'an error thrown',
      'thrown.ts',
      'const all: string[] = JSON.parse("null");\nexport default { domains: all.map(String) };',
      /^thrown\.ts:2:\d+: Cannot read properties of null \(reading 'map'\)/,
    ],
  ])('reports file, line, fault and remedy of %s', async (_what, file, source, says) => {
    const { code, stderr } = await dnsOf(file, source);
    expect(code).toBe(1);
    expect(stderr.replace('mail-pipeline dns: ', '')).toMatch(says);
    expect(stderr).toMatch(new RegExp(`: ${CORRECT}\n$`));
  });

  it('names the right module when defineConfig is imported from elsewhere', async () => {
    const source = "import { defineConfig } from './core/config/define-config.ts';\nexport default defineConfig({});";
    const { code, stderr } = await dnsOf('import.ts', source);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `mail-pipeline dns: import.ts:1:30: Could not resolve "./core/config/define-config.ts": correct the path; outside of this project, import defineConfig from ${DEFINE_CONFIG}, or export the plain object\n`,
    });
  });

  it('names the file and each invalid value on a separate line', async () => {
    const source = `import { defineConfig } from '${DEFINE_CONFIG}';
      export default defineConfig({ stage: 'De v', smtp: { maxMessageBytes: 1 } });`;
    const { code, stderr } = await dnsOf('value.ts', source);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mail-pipeline dns: value\.ts:\n {2}stage is "De v": .+\n {2}smtp\.maxMessageBytes is 1: .+\n$/,
    );
  });
});

it.each([
  ['a.json', 'is not a configuration: give a TypeScript or JavaScript file (.ts, .mjs)'],
  ['absent.ts', 'there is no configuration file'],
  ['', 'there is no configuration file'],
])('loading refuses %j as a configuration', async (file, says) => {
  await writeFile(path('a.json'), '{}');
  await expect(loadConfig(path(file))).rejects.toThrow(says);
});
