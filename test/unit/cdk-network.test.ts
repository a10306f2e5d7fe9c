import { describe, expect, it } from 'vitest';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { flat, synthesised } from '../support/synth.ts';

/** Zone (as CloudFormation expects it) and CIDR block of every subnet, in template order. */
function subnets(network: PipelineConfigInput['network']) {
  const template = synthesised({ network }).stack('network');
  return Object.values(template.findResources('AWS::EC2::Subnet')).map(({ Properties }) => {
    const { AvailabilityZone, AvailabilityZoneId, CidrBlock } = Properties;
    return { zone: flat(AvailabilityZone), id: AvailabilityZoneId, block: CidrBlock };
  });
}

describe('zones of a new network', () => {
  it('are two that CloudFormation chooses, unless configured', () => {
    expect(subnets({ mode: 'public' })).toEqual(
      [0, 1].map((index) => ({
        zone: { 'Fn::Select': [index, { 'Fn::GetAZs': '' }] },
        id: undefined,
        block: `10.40.${128 * index}.0/17`,
      })),
    );
  });

  it('are named by the account', () => {
    expect(subnets({ mode: 'public', zones: ['us-east-1c', 'us-east-1d'] })).toMatchObject([
      { zone: 'us-east-1c', id: undefined },
      { zone: 'us-east-1d', id: undefined },
    ]);
  });

  it('can be given as ids, so that load balancer and tasks share the same three', () => {
    const zones = ['use1-az1', 'use1-az2', 'use1-az4'];
    const found = subnets({ mode: 'isolated', cidr: '10.9.0.0/24', zones });
    expect(found.map(({ zone, id }) => ({ zone, id }))).toEqual(
      [...zones, ...zones].map((id) => ({ zone: undefined, id })),
    );
    expect(new Set(found.map(({ block }) => block)).size).toBe(6);
    expect(found.every(({ block }) => /\/27$/.test(block))).toBe(true);
  });

  it('have a fixed address each', () => {
    const synthesis = synthesised({
      network: { mode: 'public', zones: ['use1-az1', 'use1-az2', 'use1-az4'] },
      fargate: { elasticIps: true },
    });
    synthesis.stack('ingress').resourceCountIs('AWS::EC2::EIP', 3);
  });
});

describe('the environment of a program', () => {
  it('is rejected with the name of the largest setting when it exceeds the AWS limit', () => {
    const contentTypes = Array.from({ length: 50 }, (_, index) => `application/x-${'y'.repeat(80)}${index}`);
    const detonation = {
      url: 'https://sandbox.example.com/',
      secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-AbCdEf',
      contentTypes,
    };
    expect(() => synthesised({ enrichment: { detonation } })).toThrow(
      /enrichment takes \d+ bytes in the environment of the function parser, which makes \d+ in total; Lambda allows 4096: shorten that setting/,
    );
    const recipients = Array.from({ length: 500 }, (_, n) => ({ match: `${'a'.repeat(150)}.${n}@example.com` }));
    expect(() => synthesised({ smtp: { recipients } })).toThrow(
      /smtp\.recipients takes \d+ bytes in the environment of the edge, .* Fargate allows 61440/,
    );
    expect(() => synthesised({ smtp: { recipients: recipients.slice(0, 200) } })).not.toThrow();
  });
});
