import { fullDiff, type ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';

/**
 * Resources that hold mails, addresses others rely on, or something a person confirmed: none of them can be recreated.
 */
const STATEFUL: readonly string[] = [
  'AWS::CertificateManager::Certificate',
  'AWS::CloudFront::Distribution',
  'AWS::EC2::EIP',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::ECS::Cluster',
  'AWS::ECS::Service',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SES::EmailIdentity',
  'AWS::SES::ReceiptRule',
  'AWS::SES::ReceiptRuleSet',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
];

/**
 * Properties that hold an explicit name. CloudFormation creates the new resource before it deletes the old one, so both
 * cannot have the same name.
 */
const NAMES =
  /^(Alarm|Alias|Bucket|Cluster|Dashboard|Function|LogGroup|Queue|Role|RuleSet|Topic)?Name$|^EmailIdentity$/;

const LOSSES: ReadonlyMap<ResourceImpact, string> = new Map([
  [ResourceImpact.WILL_REPLACE, 'replaced'],
  [ResourceImpact.MAY_REPLACE, 'may be replaced'],
  [ResourceImpact.WILL_DESTROY, 'deleted'],
  [ResourceImpact.WILL_ORPHAN, 'kept, outside the stack'],
]);

/** The stacks of an app. */
export interface Stacks {
  stackNames: readonly string[];
  /** Empty if there is no stack of that name. */
  templateOf(stackName: string): Record<string, unknown>;
}

export interface Changes {
  /** Stateful resources that would be replaced, deleted or orphaned: `storage: Queue RouteordersQueue deleted`. */
  lost: string[];
  /** Reasons why CloudFormation would refuse the update. */
  refused: string[];
}

/**
 * What `cdk deploy --all` does to a deployment when its configuration changes, according to CloudFormation's resource
 * specification. A stack the app no longer has is not updated; it remains until someone deletes it.
 */
export function changesOf(before: Stacks, after: Stacks): Changes {
  const both = before.stackNames.filter((name) => after.stackNames.includes(name));
  const lost: string[] = [];
  const refused: string[] = [];
  const imported = importsOf(before);
  for (const stackName of both) {
    const role = stackName.replace(/^mail-pipeline-[^-]+-/, '');
    const templates = { before: before.templateOf(stackName), after: after.templateOf(stackName) };
    const { resources, outputs } = fullDiff(templates.before, templates.after);
    const replaced: string[] = [];
    resources.forEachDifference((id, change) => {
      const type = change.newResourceType ?? change.oldResourceType ?? '';
      const what = `${role}: ${type.replace(/^.*::/, '')} ${id.replace(/[0-9A-F]{8}$/, '')}`;
      const loss = LOSSES.get(change.changeImpact);
      if (change.changeImpact === ResourceImpact.WILL_REPLACE) replaced.push(id);
      if (loss !== undefined && STATEFUL.includes(type)) lost.push(`${what} ${loss}`);
      refused.push(...refusals(change).map((why) => `${what}: ${why}`));
    });
    outputs.forEachDifference((id, { oldValue }) => {
      const name: unknown = oldValue?.Export?.Name;
      if (typeof name === 'string' && imported.has(name))
        refused.push(`${role}: export in use ${id.replace(/^ExportsOutput|[0-9A-F]{8}(Arn)?[0-9A-F]{8}$/g, '')}`);
    });
    for (const [id, value] of exportsOf(templates.before)) {
      const of = replaced.find((each) => JSON.stringify(value).includes(`"${each}"`));
      if (of !== undefined && imported.has(id)) refused.push(`${role}: export in use of ${of.slice(0, -8)}, replaced`);
    }
  }
  refused.push(...takenNames(before, after, both));
  return { lost: lost.sort(), refused: refused.sort() };
}

function refusals(change: ResourceDifference): string[] {
  const changed = Object.keys(change.propertyUpdates);
  const replaced = change.changeImpact === ResourceImpact.WILL_REPLACE;
  const named = Object.entries(change.newProperties ?? {})
    .filter(([property, value]) => NAMES.test(property) && !isReference(value))
    .map(([property]) => property);
  return [
    ...(replaced && named.length > 0 && !named.some((name) => changed.includes(name))
      ? ['has a name of its own and would be replaced']
      : []),
    // CloudFormation creates the new subnet before it deletes the old one, so their CIDR blocks overlap.
    ...(replaced && change.resourceType === 'AWS::EC2::Subnet' ? ['its block overlaps'] : []),
    // Missing from the resource specification: the addresses of a zone are fixed when the zone is added (ELB,
    // SetSubnets).
    ...(change.resourceType === 'AWS::ElasticLoadBalancingV2::LoadBalancer' &&
    !change.isRemoval &&
    !change.isAddition &&
    changed.some((property) => /^Subnet/.test(property))
      ? ['the addresses of a zone do not change']
      : []),
  ];
}

/** A reference to another resource, which supplies the name. */
const isReference = (value: unknown): boolean => typeof value === 'object' && value !== null && 'Ref' in value;

/** Names of new resources that a resource being deleted still holds. */
function takenNames(before: Stacks, after: Stacks, stackNames: readonly string[]): string[] {
  const taken = stackNames.flatMap((stackName) => {
    const old = namesOf(before.templateOf(stackName));
    const now = namesOf(after.templateOf(stackName));
    return [...old].filter(([id]) => !now.has(id)).map(([, name]) => name);
  });
  return after.stackNames.flatMap((stackName) => {
    const old = namesOf(before.templateOf(stackName));
    return [...namesOf(after.templateOf(stackName))].flatMap(([id, name]) =>
      !old.has(id) && taken.includes(name) ? [`${id}: the name ${name} is taken`] : [],
    );
  });
}

/** The explicit name of each resource that has one. */
function namesOf(template: Record<string, unknown>): Map<string, string> {
  const resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> = Object(
    template['Resources'],
  );
  return new Map(
    Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) =>
      Object.entries(Properties)
        .filter(([property, name]) => NAMES.test(property) && !isReference(name))
        .map(([, name]) => [id, `${Type} ${JSON.stringify(name)}`] as const),
    ),
  );
}

function exportsOf(template: Record<string, unknown>): Map<string, unknown> {
  const outputs: Record<string, { Value: unknown; Export?: { Name: string } }> = Object(template['Outputs']);
  return new Map(
    Object.values(outputs).flatMap(({ Value, Export }) =>
      Export === undefined ? [] : [[Export.Name, Value] as const],
    ),
  );
}

const importsOf = (stacks: Stacks): Set<string> =>
  new Set(
    stacks.stackNames.flatMap((name) =>
      [...JSON.stringify(stacks.templateOf(name)).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, of = '']) => of),
    ),
  );
