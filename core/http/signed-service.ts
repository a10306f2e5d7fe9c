import { PermanentError } from '../mail/errors.ts';
import type { KeyRef } from './key-ref.ts';

/** Where a program runs: its keys are secrets in AWS, and files on this machine. */
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
 * The settings for calling a configured service from that platform.
 *
 * @param path as in the configuration: `enrichment.model`
 * @throws PermanentError `config.invalid` when it cannot be called from there
 */
export function serviceAt<S extends Service>(path: string, service: S, platform: Platform) {
  const { secretArn, secretFile, deadlineSeconds, ...rest } = service;
  if (platform === 'local' || rest.url.startsWith('https:')) return { ...rest, deadlineMs: 1000 * deadlineSeconds };
  throw invalid(`${path}.url is ${JSON.stringify(rest.url)}: a deployment sends mail over https only`);
}

/** Location of the key for its requests. @throws PermanentError `config.invalid` when that platform has none */
export function keyAt(path: string, { secretArn, secretFile }: Keys, platform: Platform): KeyRef {
  if (platform === 'aws') {
    if (secretArn !== null) return { kind: 'secret', secretId: secretArn };
    throw invalid(
      `${path}.secretArn is null: name a secret with the key that signs requests; a deployment cannot read secretFile`,
    );
  }
  if (secretFile !== null) return { kind: 'file', file: secretFile };
  throw invalid(
    `${path}.secretFile is null: name a file with the key that signs requests; local mode cannot read secretArn`,
  );
}

const invalid = (line: string) => new PermanentError('config.invalid', `pipeline.config.ts:\n  ${line}`);
