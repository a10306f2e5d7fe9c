import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TransientError } from '../core/mail/errors.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Domain used if none is configured. */
const PLACEHOLDER_DOMAIN = 'example.com';

export interface SynthesisOptions {
  /** Configuration file; null for the project's own. */
  config: string | null;
  /** Null for the configured stage. */
  stage: string | null;
  /** Output folder for templates and assets. */
  directory: string;
  signal: AbortSignal;
}

/**
 * Synthesises the templates and bundles that `cdk deploy` would upload. Needs neither account nor network.
 *
 * @throws TransientError `rehearsal.synth` with the output of cdk
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
