import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { Child } from '../support/child.ts';
import { OnTerminal } from '../support/on-terminal.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { missingTools } from '../support/tools.ts';

const PROGRAM = resolve('cli/mail-pipeline.mjs');
const FILES = ['app.ts', 'cdk.json', 'package.json', 'pipeline.config.ts'];
/** Already has everything a CDK app needs, so init installs nothing. */
const COMPLETE = {
  scripts: { start: 'mine' },
  devDependencies: { 'aws-cdk': '*', 'aws-cdk-lib': '*', constructs: '*', tsx: '*' },
};

const path = temporaryDirectory();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path('init-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify(COMPLETE));
});

async function init(...args: string[]) {
  const { code, stdout, stderr } = await new Child(process.execPath, [PROGRAM, 'init', ...args], {
    cwd: folder,
  }).ended();
  return { code, stdout: stdout.toString(), stderr };
}
const written = (name: string) => readFile(join(folder, name), 'utf8');
const configured = async () => {
  const text = await written('pipeline.config.ts');
  return text.slice(text.indexOf('defineConfig({')).replace(/^ *\/\/.*\n/gm, '');
};

describe('mail-pipeline init', () => {
  it('writes a configuration, an app and cdk.json, and keeps the entries of package.json', async () => {
    const { code, stdout, stderr } = await init('--domain', 'example.com', '--domain', 'example.org', '--yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^wrote pipeline\.config\.ts, app\.ts, cdk\.json;/);
    expect(await configured()).toBe(
      "defineConfig({\n  domains: ['example.com', 'example.org'],\n  runtime: 'nodejs24.x',\n});\n",
    );
    expect(await written('pipeline.config.ts')).toMatch(/nodejs20\.x, which AWS closes .*2027-02-01.*2027-03-03/);
    expect(JSON.parse(await written('cdk.json'))).toEqual({
      app: 'node --import tsx app.ts',
      output: 'cdk.out',
      context: JSON.parse(await readFile('cdk.json', 'utf8')).context,
    });
    expect(JSON.parse(await written('package.json'))).toEqual({
      scripts: { ...COMPLETE.scripts, synth: expect.any(String), deploy: 'cdk deploy --all' },
      devDependencies: COMPLETE.devDependencies,
    });
  });

  it('accepts every flag, and notes what a region lacks', async () => {
    const args = ['--domain', 'example.com', '--ingress', 'ses', '--runtime', 'nodejs22.x', '--region', 'eu-north-1'];
    expect((await init(...args)).code).toBe(0);
    expect(await configured()).toBe(
      "defineConfig({\n  domains: ['example.com'],\n  region: 'eu-north-1',\n  ingress: 'ses',\n  runtime: 'nodejs22.x',\n" +
        '  enrichment: { ocr: { enabled: false } },\n});\n',
    );
    expect(await written('pipeline.config.ts')).toContain('is not available in eu-north-1');
  });

  it('writes the defaults with --yes alone, and says that domains are missing', async () => {
    const { code, stdout } = await init('--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('name your domains before you deploy');
    expect(await configured()).toBe("defineConfig({\n  runtime: 'nodejs24.x',\n});\n");
  });

  it.each([
    [[], 2, /cannot ask questions without a terminal: give --domain NAME .*--yes/],
    [['--domain', 'exa mple'], 2, /domains\.0 is "exa mple": write a domain such as example\.com/],
    [['--ingress', 'smtp', '--yes'], 2, /ingress is "smtp".*fargate/],
    [['--runtime', 'nodejs18.x', '--yes'], 2, /runtime is "nodejs18\.x".*nodejs24\.x/],
    [['--region', 'mars-1', '--yes'], 2, /region is "mars-1"/],
    [['here'], 2, /"here": init takes options only/],
  ])('refuses %j and writes nothing', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await init(...args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await readdir(folder)).toEqual(['package.json']);
  });

  it.each(['pipeline.config.ts', 'app.ts', 'cdk.json'])('overwrites no %s, and says what to do', async (name) => {
    await writeFile(join(folder, name), 'mine');
    const { code, stderr } = await init('--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(`${name} exists here, and init overwrites no files: move it away`);
    expect(await written(name)).toBe('mine');
    expect((await readdir(folder)).sort()).toEqual(['package.json', name].sort());
  });

  it('asks the user to install the package first when there is no package.json', async () => {
    folder = path('empty');
    await mkdir(folder);
    const { code, stderr } = await init('--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(/no readable package\.json in this folder .*npm install/);
    expect(await readdir(folder)).toEqual([]);
  });
});

const skipped = missingTools('python3');
describe(`mail-pipeline init on a terminal${skipped}`, { skip: skipped !== '' }, () => {
  let terminal: OnTerminal | null = null;
  afterEach(() => terminal?.kill());
  const asking = () => {
    terminal = new OnTerminal(process.execPath, [PROGRAM, 'init'], { columns: 250, cwd: folder });
    return terminal;
  };

  it('asks questions, and repeats one after an invalid answer', async () => {
    const person = asking();
    await person.printed(/Domains [^\n]*: $/);
    person.type('example\r');
    await person.printed(/domains\.0 is "example": write a domain[^\n]*\s+Domains [^\n]*: $/);
    person.type('example.com, example.org\r');
    await person.printed(/AWS region [^\n]*: $/);
    person.type('eu-west-1\r');
    await person.printed(/How mail is received[^\n]*: $/);
    person.type('both\r');
    await person.printed(/Runtime [^\n]*: $/);
    person.type('\r');
    expect((await person.ended()).how).toBe('exit 0');
    expect(await configured()).toBe(
      "defineConfig({\n  domains: ['example.com', 'example.org'],\n  region: 'eu-west-1',\n  ingress: 'both',\n  runtime: 'nodejs24.x',\n});\n",
    );
    expect((await readdir(folder)).sort()).toEqual(FILES);
  });

  it.each([
    { keys: '\x03', how: 'exit 130', last: /^mail-pipeline init: interrupted$/ },
    { keys: '\x04', how: 'exit 2', last: /the input ended before every question was answered/ },
  ])('writes nothing when $how ends it', async ({ keys, how, last }) => {
    const person = asking();
    await person.printed(/Domains [^\n]*: $/);
    person.type('example.com\r');
    await person.printed(/AWS region [^\n]*: $/);
    person.type(keys);
    const end = await person.ended();
    expect({ how: end.how, last: end.rows.at(-1) }).toEqual({ how, last: expect.stringMatching(last) });
    expect(await readdir(folder)).toEqual(['package.json']);
  });
});

it('init writes the versions of the CDK packages that this release is tested with', () => {
  for (const name of ['aws-cdk', 'aws-cdk-lib', 'constructs', 'tsx']) {
    expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })).toContain(name);
  }
});
