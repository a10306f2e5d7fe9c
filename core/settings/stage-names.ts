/**
 * Names of the resources of a deployment, from the name of its stage, independent of those that CloudFormation
 * generates.
 */
export const PRODUCT = 'mail-pipeline';

export type StackRole = 'network' | 'storage' | 'processing' | 'ingress' | 'observability' | 'mta-sts';

export const stageStack = (stage: string, role: StackRole): string => `${PRODUCT}-${stage}-${role}`;

/** @param name `raw-mail`, `enrich`, `parsed-mail`, `parsed-mail-<route>` */
export const stageQueue = (stage: string, name: string): string => `${PRODUCT}-${stage}-${name}`;

export const stageBucket = (stage: string, name: string, account: string, region: string): string =>
  `${PRODUCT}-${stage}-${name}-${account}-${region}`;

export const deadLetterQueue = (queue: string): string => `${queue}-dlq`;

/**
 * Account and region of a queue URL such as `https://sqs.eu-west-1.amazonaws.com/123456789012/name`. Null for another.
 */
export function ownerOfQueueUrl(url: string): { account: string; region: string } | null {
  const [, region, account] = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(\d{12})\//.exec(url) ?? [];
  return region === undefined || account === undefined ? null : { account, region };
}
