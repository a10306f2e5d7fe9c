import { readFile } from 'node:fs/promises';
import { errorText, TransientError } from '../mail/errors.ts';
import type { KeyRef } from './key-ref.ts';

export interface KeyReading {
  /** Whose key it is, as error codes begin: `webhook`. */
  service: string;
  readSecret(secretId: string): Promise<string>;
  now(): Date;
}

/** Milliseconds after which a key is read again: it may have been changed. */
const MAX_AGE_MS = 5 * 60_000;

/**
 * The signing key, read when it is first asked for. A key that cannot be read is a fault of the deployment, which
 * someone mends: no mail is given up for it.
 *
 * @throws TransientError `<service>.key_unreadable`
 */
export function signingKey(place: KeyRef, reading: KeyReading): () => Promise<string> {
  let known: { text: string; readAt: number } | null = null;
  return async () => {
    const now = reading.now().getTime();
    if (known !== null && now - known.readAt < MAX_AGE_MS) return known.text;
    known = { text: await read(place, reading), readAt: now };
    return known.text;
  };
}

async function read(key: KeyRef, { service, readSecret }: KeyReading): Promise<string> {
  const [place, reading] =
    key.kind === 'secret' ? [key.secretId, readSecret(key.secretId)] : [key.file, readFile(key.file, 'utf8')];
  const text = await reading.catch((cause: unknown) => {
    throw new TransientError(`${service}.key_unreadable`, `the signing key ${place}: ${errorText(cause)}`, { cause });
  });
  if (text.trim() !== '') return text.trim();
  throw new TransientError(`${service}.key_unreadable`, `the signing key ${place} is empty`);
}
