import { partitionOf } from './regions.ts';

/** An image in a private ECR repository. */
export interface EcrImage {
  account: string;
  region: string;
  /** IAM partition: `aws`, `aws-cn` or `aws-us-gov`. */
  partition: string;
  /** Name of the repository. */
  repository: string;
  tagOrDigest: string;
}

const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)[:@](.+)$/;

/** Null for an image in another registry, Amazon ECR Public included. */
export function ecrImage(uri: string): EcrImage | null {
  const [, account, region, repository, tagOrDigest] = ECR.exec(uri) ?? [];
  if (account === undefined || region === undefined || repository === undefined || tagOrDigest === undefined) {
    return null;
  }
  return { account, region, partition: partitionOf(region), repository, tagOrDigest };
}
