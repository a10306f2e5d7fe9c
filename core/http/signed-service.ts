import { PermanentError } from '../mail/errors.ts';
import type { KeyPlace } from './key-place.ts';

/** Where a program runs: its keys are secrets in AWS and files on this machine. */
export type Place = 'aws' | 'local';

interface Keys {
  secretArn: string | null;
  secretFile: string | null;
}

interface Service extends Keys {
  url: string;
  deadlineSeconds: number;
}

/**
 * A service of the configuration as a program at that place asks it.
 *
 * @param path as in the configuration: `enrichment.model`
 * @throws PermanentError `config.invalid` when it cannot be asked there
 */
export function serviceAt<S extends Service>(path: string, service: S, place: Place) {
  const { secretArn, secretFile, deadlineSeconds, ...rest } = service;
  if (place === 'local' || rest.url.startsWith('https:')) return { ...rest, deadlineMs: 1000 * deadlineSeconds };
  throw invalid(`${path}.url is ${JSON.stringify(rest.url)}: a deployment sends mail over https only`);
}

/** Where its requests find their key. @throws PermanentError `config.invalid` when there is none at that place */
export function keyAt(path: string, { secretArn, secretFile }: Keys, place: Place): KeyPlace {
  if (place === 'aws') {
    if (secretArn !== null) return { kind: 'secret', secretId: secretArn };
    throw invalid(
      `${path}.secretArn is null: name a secret with the key that signs requests; a deployment has no files`,
    );
  }
  if (secretFile !== null) return { kind: 'file', file: secretFile };
  throw invalid(`${path}.secretFile is null: name a file with the key that signs requests; local mode has no secrets`);
}

const invalid = (line: string) => new PermanentError('config.invalid', `pipeline.config.ts:\n  ${line}`);
