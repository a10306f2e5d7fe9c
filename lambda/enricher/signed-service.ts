import type { JsonService } from '../../core/http/json-service.ts';
import type { KeyRef } from '../../core/http/key-ref.ts';
import { signingKey } from '../../core/http/signing-key.ts';
import type { RunnerDependencies } from './runner.ts';

/** A third-party service that receives signed requests over HTTP. */
export async function signedService(
  name: string,
  { url, deadlineMs, key }: { url: string; deadlineMs: number; key: KeyRef },
  { settings: { allowLoopback } }: RunnerDependencies,
): Promise<JsonService> {
  const { JsonService } = await import('../../core/http/json-service.ts');
  const now = () => new Date();
  return new JsonService({
    name,
    url,
    deadlineMs,
    allowLoopback,
    key: signingKey(key, { service: name, readSecret, now }),
    now,
  });
}

async function readSecret(secretId: string): Promise<string> {
  const { secretReader } = await import('../../core/aws/secrets-manager.ts');
  return secretReader()(secretId);
}
