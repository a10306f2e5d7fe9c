import { Aws, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Suppresses findings of cdk-nag on a construct and its children, each with a reason. */
export function acknowledge(on: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(on).acknowledge({ id, reason });
}

/** Suppresses findings for the listed wildcards of a policy; any other wildcard remains a finding. */
export function acknowledgeWildcards(on: IConstruct, resources: readonly string[], reason: string): void {
  for (const resource of resources) acknowledge(on, { [`AwsSolutions-IAM5[Resource::${spelled(resource)}]`]: reason });
}

/** The notation of cdk-nag for references. */
function spelled(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>')
    .replaceAll(Aws.REGION, '<AWS::Region>');
}
