import { Aws, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts findings of cdk-nag on a construct and what is inside it, each with its reason. */
export function acknowledge(on: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(on).acknowledge({ id, reason });
}

/** Accepts the wildcards in a policy, one by one: a wildcard that is not listed stays a finding. */
export function acknowledgeWildcards(on: IConstruct, resources: readonly string[], reason: string): void {
  for (const resource of resources) acknowledge(on, { [`AwsSolutions-IAM5[Resource::${spelled(resource)}]`]: reason });
}

/** As cdk-nag spells a reference. */
function spelled(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>')
    .replaceAll(Aws.REGION, '<AWS::Region>');
}
