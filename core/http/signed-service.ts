import { PermanentError } from '../mail/errors.ts';
import type { KeyRef } from './key-ref.ts';

/** Where a program runs: its keys are secrets in AWS and files on this machine. */
export type Platform = 'aws' | 'local';

interface Keys {
  secretArn: string | null;
  secretFile: string | null;
}

interface Service extends Keys {
  url: string;
  deadlineSeconds: number;
}

/**
 * A service of the configuration as a program on that platform asks it.
 *
 * @param path as in the configuration: `enrichment.model`
 * @throws PermanentError `config.invalid` when it cannot be asked there
 */
export function serviceAt<S extends Service>(path: string, service: S, platform: Platform) {
  const { secretArn, secretFile, deadlineSeconds, ...rest } = service;
  if (platform === 'local' || rest.url.startsWith('https:')) return { ...rest, deadlineMs: 1000 * deadlineSeconds };
  throw invalid(`${path}.url is ${JSON.stringify(rest.url)}: a deployment sends mail over https only`);
}

/** Where its requests find their key. @throws PermanentError `config.invalid` when there is none on that platform */
export function keyAt(path: string, { secretArn, secretFile }: Keys, platform: Platform): KeyRef {
  if (platform === 'aws') {
    if (secretArn !== null) return { kind: 'secret', secretId: secretArn };
    throw invalid(
      `${path}.secretArn is null: name a secret with the key that signs requests; a deployment has no files`,
    );
  }
  if (secretFile !== null) return { kind: 'file', file: secretFile };
  throw invalid(`${path}.secretFile is null: name a file with the key that signs requests; local mode has no secrets`);
}

const invalid = (line: string) => new PermanentError('config.invalid', `pipeline.config.ts:\n  ${line}`);
