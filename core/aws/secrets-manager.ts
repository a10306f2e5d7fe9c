import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PermanentError } from '../mail/errors.ts';
import { classifyAwsError } from './aws-error.ts';

/** Reads the text of a secret. The client is made at the first call. @throws TransientError, PermanentError */
export function secretReader(): (secretId: string) => Promise<string> {
  let client: SecretsManagerClient | undefined;
  return async (secretId) => {
    client ??= new SecretsManagerClient({});
    const output = await client.send(new GetSecretValueCommand({ SecretId: secretId })).catch((error: unknown) => {
      throw classifyAwsError('secretsmanager', `GetSecretValue ${secretId}`, error);
    });
    if (output.SecretString !== undefined) return output.SecretString;
    throw new PermanentError('secretsmanager.binary', `the secret ${secretId} holds binary data, it should hold text`);
  };
}
