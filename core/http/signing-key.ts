import { readFile } from 'node:fs/promises';
import { errorText, TransientError } from '../mail/errors.ts';
import type { KeyRef } from './key-ref.ts';

export interface KeyReading {
  /** Name of the service, the first part of error codes: `webhook`. */
  service: string;
  readSecret(secretId: string): Promise<string>;
  now(): Date;
}

/** Milliseconds to cache a key: it may be changed. */
const MAX_AGE_MS = 5 * 60_000;

/**
 * The signing key, read on first use. An unreadable key is a fault of the deployment that an operator can fix, so no
 * mail fails permanently because of it.
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
  const [location, reading] =
    key.kind === 'secret' ? [key.secretId, readSecret(key.secretId)] : [key.file, readFile(key.file, 'utf8')];
  const text = await reading.catch((cause: unknown) => {
    throw new TransientError(
      `${service}.key_unreadable`,
      `cannot read the signing key ${location}: ${errorText(cause)}`,
      { cause },
    );
  });
  if (text.trim() !== '') return text.trim();
  throw new TransientError(`${service}.key_unreadable`, `the signing key ${location} is empty`);
}
