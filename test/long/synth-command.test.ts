import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'mail-pipeline-cdk-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A separate network namespace has no network. Creating one takes a permission that some machines do not grant. */
const WITHOUT_NETWORK = ['unshare', '--net', '--map-root-user'];
const canUnshare = spawnSync('unshare', ['--net', '--map-root-user', 'true']).status === 0;

/** Prints the CPU time of a command and its children, which is how long it takes on an idle machine. */
const TIMED = '"$@"; code=$?; times; exit $code';

/** Runs the command of `npm run synth` without credentials or a home directory, and with only Node on the PATH. */
function synth(output: string, ...args: string[]) {
  const script: string = JSON.parse(readFileSync('package.json', 'utf8')).scripts.synth;
  const command = [
    'node',
    resolve('node_modules/.bin/cdk'),
    ...script.split(' ').slice(1),
    '--output',
    output,
    ...args,
  ];
  const [program = '', ...rest] = [...(canUnshare ? WITHOUT_NETWORK : []), 'bash', '-c', TIMED, 'synth', ...command];
  const result = spawnSync(program, rest, {
    encoding: 'utf8',
    env: { PATH: `${resolve(process.execPath, '..')}:/usr/bin:/bin`, HOME: directory },
  });
  const [, minutes = 0, seconds = 0] = (/^\d+m[\d.]+s \d+m[\d.]+s\n(\d+)m([\d.]+)s/m.exec(result.stdout) ?? []).map(
    Number,
  );
  return { ...result, cpuSeconds: 60 * minutes + seconds };
}

let count = 0;
function configFile(settings: object): string {
  const file = join(directory, `config-${count++}.mjs`);
  writeFileSync(file, `export default ${JSON.stringify(settings)};`);
  return file;
}

describe('npm run synth', () => {
  it('works on a fresh clone: no network, no credentials, no Docker, under 20 s', () => {
    const output = join(directory, 'out');
    const { status, stderr, cpuSeconds } = synth(output);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(cpuSeconds).toBeGreaterThan(1);
    expect(cpuSeconds).toBeLessThan(20);
    const templates = readdirSync(output).filter((file) => file.endsWith('.template.json'));
    expect(templates.sort()).toEqual(
      ['ingress', 'network', 'observability', 'processing', 'storage'].map(
        (role) => `mail-pipeline-prod-${role}.template.json`,
      ),
    );
    expect(stderr).toMatch(/domains is not set; using the placeholder example\.com/);
    expect(stderr).toMatch(/2027-02-01.*2027-03-03/);
  });

  it('packs the bundle of each function and nothing else', () => {
    const assets = readdirSync(join(directory, 'out')).filter((name) => name.startsWith('asset.'));
    const bundles = assets
      .map((name) => readdirSync(join(directory, 'out', name)))
      .filter((files) => files.includes('index.mjs'));
    // The parser's authentication thread has its own file.
    expect(bundles.map((files) => files.join(' ')).sort()).toEqual([
      'authentication.mjs chunks index.mjs',
      ...Array.from({ length: 3 }, () => 'chunks index.mjs'),
    ]);
  });

  it('fails on bad configuration with field, value and remedy, and no stack trace', () => {
    const file = configFile({ domains: ['example.com'], queue: { messageLimitBytes: 2_000_000 } });
    const { status, stderr } = synth(join(directory, 'bad'), '-c', `config=${file}`);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/queue\.messageLimitBytes is 2000000: SQS carries 1 MiB/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

/** The app itself, as the CDK command runs it, without bundling. */
function app(output: string, context: Record<string, string>) {
  const settings = {
    ...JSON.parse(readFileSync('cdk.json', 'utf8')).context,
    'aws:cdk:bundling-stacks': [],
    ...context,
  };
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    encoding: 'utf8',
    env: { PATH: '', HOME: directory, CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(settings) },
  });
}

describe('the app', () => {
  it('creates another stage with -c stage=', () => {
    const output = join(directory, 'staging');
    expect(app(output, { stage: 'staging', 'placeholder-domain': 'example.com' }).status).toBe(0);
    expect(readdirSync(output)).toContain('mail-pipeline-staging-storage.template.json');
  });

  it.each([
    ['no domains', {}, /^pipeline\.config\.ts:\n {2}domains is missing: name the domains/],
    ['an empty list of domains', { domains: [] }, /domains is \[\]: name the domains to receive mail for/],
  ])('deploys nothing with %s', (_, settings, message) => {
    const config = Object.keys(settings).length === 0 ? 'pipeline.config.ts' : configFile(settings);
    const { status, stderr } = app(join(directory, 'nothing'), { config });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});
