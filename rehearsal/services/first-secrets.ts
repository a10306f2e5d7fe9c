import type { FoundResources } from '../deployment/found.ts';

/** Initial texts that CloudFormation generates for the secrets of the templates, by ARN. */
export function firstSecrets(resources: FoundResources): Map<string, string> {
  return new Map(
    resources.of('AWS::SecretsManager::Secret').map(({ ref, properties: { GenerateSecretString: generated = {} } }) => {
      const { SecretStringTemplate = '{}', GenerateStringKey } = generated;
      if (GenerateStringKey === undefined) return [ref, 'generated'];
      return [ref, JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: 'generated' })];
    }),
  );
}
