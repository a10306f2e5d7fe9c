import { PermanentError } from '../mail/errors.ts';
import type { KeyPlace } from '../settings/signing-key.ts';

/** Where a program runs: its keys are secrets in AWS and files on this machine. */
export type Place = 'aws' | 'local';

/**
 * How a program at that place asks a service that the configuration names.
 *
 * @param path as in the configuration: `enrichment.model`
 * @throws PermanentError `config.invalid` when it cannot be asked there
 */
export function addressAt(path: string, service: { url: string; deadlineSeconds: number }, place: Place) {
  const { url, deadlineSeconds } = service;
  if (place === 'local' || url.startsWith('https:')) return { url, deadlineMs: 1000 * deadlineSeconds };
  throw invalid(`${path}.url is ${JSON.stringify(url)}: a deployment sends mail over https only`);
}

/** Where its requests find their key. @throws PermanentError `config.invalid` when there is none at that place */
export function keyAt(path: string, service: { secretArn: string | null; secretFile: string | null }, place: Place) {
  const { secretArn, secretFile } = service;
  if (place === 'aws') {
    if (secretArn !== null) return { kind: 'secret', secretId: secretArn } satisfies KeyPlace;
    throw invalid(
      `${path}.secretArn is null: name a secret with the key that signs requests; a deployment has no files`,
    );
  }
  if (secretFile !== null) return { kind: 'file', file: secretFile } satisfies KeyPlace;
  throw invalid(`${path}.secretFile is null: name a file with the key that signs requests; local mode has no secrets`);
}

const invalid = (line: string) => new PermanentError('config.invalid', `pipeline.config.ts:\n  ${line}`);
