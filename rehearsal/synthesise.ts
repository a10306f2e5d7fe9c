import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TransientError } from '../core/mail/errors.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Stands in for a domain where none is configured. */
const PLACEHOLDER_DOMAIN = 'example.com';

export interface SynthesisOptions {
  /** Configuration file; null for the one of the project. */
  config: string | null;
  /** Null for the one of the configuration. */
  stage: string | null;
  /** Takes templates and assets. */
  directory: string;
  signal: AbortSignal;
}

/**
 * Templates and bundles as `cdk deploy` would upload them. Needs neither account nor network.
 *
 * @throws TransientError `rehearsal.synth` with what cdk said
 */
export async function synthesise({ config, stage, directory, signal }: SynthesisOptions): Promise<void> {
  const cdk = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
  const context = [
    ...(config === null ? [] : ['-c', `config=${resolve(config)}`]),
    ...(stage === null ? [] : ['-c', `stage=${stage}`]),
    ...['-c', `placeholder-domain=${PLACEHOLDER_DOMAIN}`],
  ];
  const child = spawn(process.execPath, [cdk, 'synth', '--quiet', '--output', directory, ...context], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) throw new TransientError('rehearsal.synth', `cdk synth failed:\n${said.trim()}`);
}
