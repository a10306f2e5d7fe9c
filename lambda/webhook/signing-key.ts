import { readFile } from 'node:fs/promises';
import type { WebhookKey } from '../../core/env/webhook-environment.ts';
import { errorText, TransientError } from '../../core/mail/errors.ts';

/** Milliseconds after which a key is read again: it may have been changed. */
const MAX_AGE_MS = 5 * 60_000;

/**
 * The signing key, read when it is first asked for. A key that cannot be read is a fault of the deployment, which
 * someone mends: no mail is given up for it.
 *
 * @throws TransientError `webhook.key_unreadable`
 */
export function signingKey(
  key: WebhookKey,
  readSecret: (secretId: string) => Promise<string>,
  now: () => Date,
): () => Promise<string | null> {
  let known: { text: string; readAt: number } | null = null;
  return async () => {
    if (key === null) return null;
    if (known !== null && now().getTime() - known.readAt < MAX_AGE_MS) return known.text;
    known = { text: await read(key, readSecret), readAt: now().getTime() };
    return known.text;
  };
}

async function read(key: NonNullable<WebhookKey>, readSecret: (secretId: string) => Promise<string>): Promise<string> {
  const place = key.kind === 'secret' ? key.secretId : key.file;
  try {
    const text = (await (key.kind === 'secret' ? readSecret(place) : readFile(place, 'utf8'))).trim();
    if (text !== '') return text;
  } catch (cause) {
    throw new TransientError('webhook.key_unreadable', `the signing key ${place}: ${errorText(cause)}`, { cause });
  }
  throw new TransientError('webhook.key_unreadable', `the signing key ${place} is empty`);
}
