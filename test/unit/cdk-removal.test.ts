import { describe, expect, it } from 'vitest';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import type { StackRole } from '../../core/settings/stage-names.ts';
import { flat, type Synthesis, synthesised } from '../support/synth.ts';

/** Settings that cannot change after the first deployment. */
const FOR_LIFE: PipelineConfigInput = { region: 'eu-west-1', encryption: 'customer-managed' };

const wide = synthesised({
  ...FOR_LIFE,
  ingress: 'both',
  domains: ['example.com', 'example.net'],
  fargate: { elasticIps: true },
  tls: { secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf' },
  events: { busName: 'mails' },
  routes: [
    { name: 'bounces', kinds: ['bounce'] },
    { name: 'orders', recipients: ['orders'], webhook: { url: 'https://shop.example.com/' } },
  ],
  webhook: { url: 'https://app.example.com/' },
  enrichment: {
    sentiment: 'comprehend',
    entities: true,
    pii: true,
    malware: { guardDuty: true, quarantine: true, readGate: true },
  },
});
const narrow = synthesised({ ...FOR_LIFE, ingress: 'ses', enrichment: { ocr: { enabled: false } } });

const ROLES: readonly StackRole[] = ['network', 'storage', 'processing', 'ingress', 'observability'];
const rolesOf = ({ stage, stackNames }: Synthesis) =>
  ROLES.filter((role) => stackNames.includes(`mail-pipeline-${stage}-${role}`));

/** Export names, each with what it exports: `storage ParsedMailQueue.Arn`. */
function exportsOf(synthesis: Synthesis, role: StackRole): Map<string, string> {
  const outputs: Record<string, { Value: unknown; Export?: { Name: string } }> =
    synthesis.stack(role).toJSON()['Outputs'] ?? {};
  return new Map(
    Object.values(outputs).flatMap(({ Value, Export }) => {
      const what = String(flat(Value)).replace(/^<(\w+?)[0-9A-F]{8}(\.\w+)?>$/, '$1$2');
      return Export === undefined ? [] : [[Export.Name, `${role} ${what}`]];
    }),
  );
}

const importsOf = (synthesis: Synthesis, role: StackRole): string[] => [
  ...new Set(
    [...JSON.stringify(synthesis.stack(role).toJSON()).matchAll(/\{"Fn::ImportValue":"([^"]+)"\}/g)].map(
      ([, name = '']) => name,
    ),
  ),
];

/** What each stack imports from others and thereby locks, as CloudFormation sees it. */
function held(synthesis: Synthesis): Record<string, string[]> {
  const roles = rolesOf(synthesis);
  const names = new Map(roles.flatMap((role) => [...exportsOf(synthesis, role)]));
  return Object.fromEntries(
    roles.map((role) => [
      role,
      importsOf(synthesis, role)
        .map((name) => names.get(name) ?? name)
        .sort(),
    ]),
  );
}

/** Present in every configuration. */
const OF_PROCESSING = [
  'storage ContentBucket',
  'storage EnrichDeadLetters',
  'storage EnrichDeadLetters.Arn',
  'storage EnrichQueue',
  'storage EnrichQueue.Arn',
  'storage EnrichResultsDeadLetters.Arn',
  'storage EnrichResultsQueue',
  'storage EnrichResultsQueue.Arn',
  'storage KeysQueues.Arn',
  'storage KeysStorage.Arn',
  'storage ParsedMailQueue',
  'storage RawBucket',
  'storage RawMailDeadLetters',
  'storage RawMailDeadLetters.Arn',
  'storage RawMailQueue',
  'storage RawMailQueue.Arn',
];

/**
 * `cdk deploy --all` updates the exporting stack before the importing one, and CloudFormation refuses to remove an
 * export that another stack still imports. Removing such a resource from the configuration would therefore never
 * deploy.
 */
describe('what a configuration can take away', () => {
  it('is never exported by one stack and imported by another', () => {
    const used = new Set(rolesOf(wide).flatMap((role) => importsOf(wide, role)));
    // CDK does not update a stack that is no longer in the app: the network remains until someone deletes it.
    const lost = rolesOf(narrow).flatMap((role) => {
      const left = exportsOf(narrow, role);
      return [...exportsOf(wide, role)].filter(([name]) => used.has(name) && !left.has(name)).map(([, what]) => what);
    });
    expect(lost).toEqual([]);
  });

  it('is never locked by a reference from another stack', () => {
    expect(held(wide)).toEqual({
      network: [],
      storage: [],
      processing: OF_PROCESSING,
      ingress: [
        'network Vpc',
        'network VpcpublicSubnet1Subnet',
        'network VpcpublicSubnet2Subnet',
        'storage KeysStorage.Arn',
      ],
      observability: [],
    });
    expect(held(narrow)).toEqual({ storage: [], processing: OF_PROCESSING, ingress: [], observability: [] });
  });

  it('can be monitored by alarms and dashboard without being locked, even with a generated name', () => {
    const readFrom = (synthesis: Synthesis) => {
      const template = JSON.stringify(flat(synthesis.stack('observability').toJSON()));
      return [...new Set([...template.matchAll(/<output (\S+) /g)].map(([, stack]) => stack))];
    };
    expect(readFrom(wide)).toEqual(['mail-pipeline-prod-ingress']);
    expect(readFrom(narrow)).toEqual([]);
  });

  it('is created before whatever names it', () => {
    expect(wide.dependenciesOf('processing')).toEqual(['mail-pipeline-prod-storage']);
    for (const synthesis of [wide, narrow]) {
      expect(synthesis.dependenciesOf('observability').sort()).toEqual([
        'mail-pipeline-prod-ingress',
        'mail-pipeline-prod-processing',
      ]);
    }
  });
});
