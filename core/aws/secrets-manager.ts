import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PermanentError } from '../mail/errors.ts';
import { classified } from './aws-error.ts';

/** Reads the text of a secret. The client is made at the first call. @throws TransientError, PermanentError */
export function secretReader(): (secretId: string) => Promise<string> {
  let client: SecretsManagerClient | undefined;
  return async (secretId) => {
    client ??= new SecretsManagerClient({});
    const reader = client;
    const { SecretString } = await classified('secretsmanager', `GetSecretValue ${secretId}`, () =>
      reader.send(new GetSecretValueCommand({ SecretId: secretId })),
    );
    if (SecretString !== undefined) return SecretString;
    throw new PermanentError('secretsmanager.binary', `the secret ${secretId} holds binary data, it should hold text`);
  };
}
