import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../core/config/define-config.ts';
import { deployableConfig } from '../../core/config/deployable.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { resourcesOf, type Synthesis, synthesised } from '../support/synth.ts';

const deploy = (input: PipelineConfigInput) => deployableConfig(defineConfig({ domains: ['example.com'], ...input }));

describe('the profile "frugal"', () => {
  it('gives settings other defaults', () => {
    const { fargate, smtp } = deploy({ profile: 'frugal' });
    expect(fargate).toMatchObject({ memoryMb: 512, targetSessions: 600, minTasks: 2 });
    expect(smtp.limits).toMatchObject({ maxConnections: 900, inFlightBytes: 67_108_864, connectionsPerSource: 256 });
  });

  it('gives way to whatever is set explicitly, be it the default of the profile "standard"', () => {
    const { fargate, smtp } = deploy({
      profile: 'frugal',
      fargate: { memoryMb: 1024, cpu: 512 },
      smtp: { limits: { maxConnections: 1_500 } },
    });
    expect(fargate).toMatchObject({ memoryMb: 1024, cpu: 512, targetSessions: 600 });
    expect(smtp.limits).toMatchObject({ maxConnections: 1_500, inFlightBytes: 67_108_864 });
  });

  it('stays what it is when a complete configuration is checked again', () => {
    const config = deploy({ profile: 'frugal' });
    expect(deployableConfig(config)).toEqual(config);
  });

  it('is refused with limits that its memory does not hold', () => {
    expect(() => deploy({ profile: 'frugal', smtp: { limits: { maxConnections: 1_500 } } })).toThrow(
      /fargate\.memoryMb is 512: .* write smtp\.limits\.maxConnections \d+ or less.* or fargate\.memoryMb \d+ or more/,
    );
  });

  it.each([
    ['an unknown profile', { profile: 'cheap' }, /profile is "cheap": write "standard" or "frugal"/],
    ['a setting that is no group', { profile: 'frugal', fargate: 7 }, /fargate is 7: write an object/],
    ['a null in place of a group', { profile: 'frugal', smtp: null }, /smtp is null: write an object/],
    [
      'a setting that does not exist',
      { profile: 'frugal', fargate: { spot: true } },
      /fargate\.spot is true: there is no/,
    ],
  ])('lets the schema refuse %s', (_, input, message) => {
    expect(() => defineConfig(Object(input))).toThrow(message);
  });
});

const plain = synthesised();
const frugal = synthesised({ profile: 'frugal' });

const of = (synthesis: Synthesis, role: Parameters<Synthesis['stack']>[0], type: string) =>
  Object.values(resourcesOf(synthesis.stack(role))).flatMap(({ Type, Properties = {} }) =>
    Type === type ? [Properties] : [],
  );

describe('a frugal deployment', () => {
  it('runs one task on demand and the others on Spot', () => {
    const [service = {}] = of(frugal, 'ingress', 'AWS::ECS::Service');
    expect(service['LaunchType']).toBeUndefined();
    expect(service['CapacityProviderStrategy']).toEqual([
      { CapacityProvider: 'FARGATE', Base: 1, Weight: 0 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
    ]);
    expect(of(frugal, 'ingress', 'AWS::ECS::ClusterCapacityProviderAssociations')).toMatchObject([
      { CapacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
    ]);
    expect(of(plain, 'ingress', 'AWS::ECS::Service')).toMatchObject([{ LaunchType: 'FARGATE' }]);
  });

  it('has tasks and balancer in the same zone, the only one that the balancer has an address in', () => {
    const [balancer = {}] = of(frugal, 'ingress', 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    const [service = {}] = of(frugal, 'ingress', 'AWS::ECS::Service');
    const subnets: unknown = Object(service['NetworkConfiguration']).AwsvpcConfiguration.Subnets;
    expect(subnets).toHaveLength(1);
    expect(balancer['Subnets']).toEqual(subnets);
    expect(of(plain, 'ingress', 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toMatchObject([
      { Subnets: [expect.anything(), expect.anything()] },
    ]);
  });

  it('has all zones that are named', () => {
    const zones = ['us-east-1a', 'us-east-1b'];
    const named = synthesised({ profile: 'frugal', network: { mode: 'public', zones } });
    const [balancer = {}] = of(named, 'ingress', 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer['Subnets']).toHaveLength(2);
  });

  it('has memory for what its limits admit', () => {
    expect(of(frugal, 'ingress', 'AWS::ECS::TaskDefinition')).toMatchObject([{ Cpu: '256', Memory: '512' }]);
  });

  it('keeps an alarm for each way in which mail waits, fails or gets lost', () => {
    const names = of(frugal, 'observability', 'AWS::CloudWatch::Alarm').map(({ AlarmName }) =>
      String(AlarmName).replace(/^mail-pipeline-prod-/, ''),
    );
    expect(names.sort()).toEqual([
      'dead-letter-errors',
      'deferred-mails',
      'edge-down',
      'enrichment-budget',
      'failed-mails',
      'parsed-mail-age',
      'parsed-mail-dead-letters',
      'parser-errors',
      'raw-mail-age',
      'raw-mail-dead-letters',
      'reconciler-errors',
      'reconciler-silent',
      'unreconciled-mails',
    ]);
  });
});
