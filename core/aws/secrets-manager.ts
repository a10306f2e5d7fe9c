import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PermanentError } from '../mail/errors.ts';
import { classified } from './aws-error.ts';

/** Reads the text of a secret. The client is created with the first call. @throws TransientError, PermanentError */
export function secretReader(): (secretId: string) => Promise<string> {
  let client: SecretsManagerClient | undefined;
  return async (secretId) => {
    client ??= new SecretsManagerClient({});
    return readText(client, secretId);
  };
}

/** The text of one secret. Every method throws TransientError or PermanentError. */
export interface Secret {
  read(): Promise<string>;
  /** Stores a new version, which readers receive from now on. */
  write(text: string): Promise<void>;
}

export function managedSecret(secretId: string): Secret {
  const client = new SecretsManagerClient({});
  return {
    read: () => readText(client, secretId),
    async write(text) {
      await classified('secretsmanager', `PutSecretValue ${secretId}`, () =>
        client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: text })),
      );
    },
  };
}

async function readText(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { SecretString } = await classified('secretsmanager', `GetSecretValue ${secretId}`, () =>
    client.send(new GetSecretValueCommand({ SecretId: secretId })),
  );
  if (SecretString !== undefined) return SecretString;
  throw new PermanentError(
    'secretsmanager.binary',
    `the secret ${secretId} contains binary data, and must contain text`,
  );
}
