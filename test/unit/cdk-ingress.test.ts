import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { edgeEnvironment } from '../../core/settings/edge.ts';
import { flat, resourcesOf, type Synthesis, synthesised } from '../support/synth.ts';

const plain = synthesised();

interface Container {
  Environment: { Name: string; Value: string }[];
}

function container(synthesis: Synthesis): Container {
  const [task] = Object.values(synthesis.stack('ingress').findResources('AWS::ECS::TaskDefinition'));
  const found: unknown = flat(task?.['Properties'].ContainerDefinitions[0]);
  return Object(found);
}

describe('container', () => {
  it('runs without root, without capabilities and on a read-only file system', () => {
    expect(container(plain)).toMatchObject({
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      StopTimeout: 120,
      PortMappings: [{ ContainerPort: 2525 }, { ContainerPort: 8080 }],
      Ulimits: [{ Name: 'nofile', SoftLimit: 65_535, HardLimit: 65_535 }],
    });
    plain.stack('ingress').hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      Cpu: '256',
      Memory: '1024',
    });
  });

  it('gets an environment that the edge can read', () => {
    const settings = edgeEnvironment.decode(
      Object.fromEntries(container(plain).Environment.map(({ Name, Value }) => [Name, Value])),
    );
    expect(settings).toMatchObject({
      // A prefix that the role may write to; cdk-roles asserts that policy word for word.
      probePrefix: 'raw/probe/',
      rawBucket: 'mail-pipeline-prod-raw-<AWS::AccountId>-<AWS::Region>',
      hostname: expect.stringMatching(/^<EdgeBalancerLoadBalancer\w+\.DNSName>$/),
      listenAddress: '0.0.0.0',
      smtpPort: 2525,
      healthPort: 8080,
      domains: ['example.com'],
      drainDelayMs: 10_000,
      drainDeadlineMs: 100_000,
      metricsNamespace: 'MailPipeline/prod',
      tls: { kind: 'self-signed' },
    });
  });

  it('has the host name and the certificate of the configuration', () => {
    const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mx-AbCdEf';
    const synthesis = synthesised({ fargate: { hostname: 'mx.example.com' }, tls: { secretArn } });
    const settings = edgeEnvironment.decode(
      Object.fromEntries(container(synthesis).Environment.map(({ Name, Value }) => [Name, Value])),
    );
    expect(settings).toMatchObject({ hostname: 'mx.example.com', tls: { kind: 'secret', secretId: secretArn } });
    expect(flat(synthesis.stack('ingress').toJSON()['Outputs'].MxRecords.Value)).toBe(
      'example.com. MX 10 mx.example.com.',
    );
  });

  it('comes from a registry for people without Docker', () => {
    const imageUri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/edge:1.2';
    const synthesis = synthesised({ fargate: { imageUri, architecture: 'x86_64' } });
    expect(container(synthesis)).toMatchObject({ Image: `123456789012.dkr.ecr.eu-west-1.<AWS::URLSuffix>/edge:1.2` });
    expect(synthesis.stack('ingress').toJSON()).not.toHaveProperty('Parameters.AssetParameters');
  });
});

describe('balancer', () => {
  it('listens on port 25 for IPv4 and preserves client addresses', () => {
    const template = plain.stack('ingress');
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: 'internet-facing',
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 25, Protocol: 'TCP' });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: 2525,
      Protocol: 'TCP',
      TargetType: 'ip',
      IpAddressType: 'ipv4',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: '8080',
      HealthCheckPath: '/ready',
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '180' },
        { Key: 'preserve_client_ip.enabled', Value: 'true' },
        { Key: 'target_health_state.unhealthy.connection_termination.enabled', Value: 'false' },
      ]),
    });
  });

  it('is the only way to a task', () => {
    const resources = Object.values(resourcesOf(plain.stack('ingress')));
    const inline = resources.flatMap(({ Type, Properties = {} }) =>
      Type === 'AWS::EC2::SecurityGroup' ? [flat(Properties['SecurityGroupIngress'] ?? [])].flat() : [],
    );
    expect(inline).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 25, ToPort: 25, IpProtocol: 'tcp' }),
    ]);
    const rules = resources
      .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress')
      .map(({ Properties }) => flat(Properties));
    expect(rules).toEqual(
      [2525, 8080].map((port) =>
        expect.objectContaining({
          FromPort: port,
          ToPort: port,
          GroupId: expect.stringMatching(/^<EdgeTaskAccess/),
          SourceSecurityGroupId: expect.stringMatching(/^<EdgeBalancerSecurityGroup/),
        }),
      ),
    );
  });

  it('lets tasks reach AWS and the configured hooks, each port once', () => {
    const portsOf = (synthesis: Synthesis) =>
      Object.values(synthesis.stack('ingress').findResources('AWS::EC2::SecurityGroup'))
        .flatMap(({ Properties }) => Properties.SecurityGroupEgress ?? [])
        .map(({ FromPort }) => FromPort);
    const smtp = (recipients: string, data: string) =>
      synthesised({ smtp: { recipientHook: { url: recipients }, dataHook: { url: data } } });
    expect(portsOf(plain)).toEqual([443]);
    expect(portsOf(smtp('http://hook.test:8000/', 'http://rspamd.test:11333'))).toEqual([443, 8000, 11_333]);
    expect(portsOf(smtp('http://hook.test/', 'http://hook.test/'))).toEqual([443, 80]);
  });

  it('has fixed addresses when configured', () => {
    const template = synthesised({ fargate: { elasticIps: true } }).stack('ingress');
    template.resourceCountIs('AWS::EC2::EIP', 2);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      SubnetMappings: [{ AllocationId: Match.anyValue() }, { AllocationId: Match.anyValue() }],
    });
    template.hasOutput('Address1', {});
  });
});

describe('IPv6', () => {
  const dual = synthesised({ fargate: { ipv6: true, hostname: 'mx.example.com' } });
  const template = dual.stack('ingress');

  it('has a balancer of its own, whose targets are the IPv6 addresses of the tasks', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 2);
    const balancers = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(balancers.map(({ Properties }) => Properties.IpAddressType)).toEqual([undefined, 'dualstack']);
    const targets = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
    expect(targets.map(({ Properties }) => Properties.IpAddressType)).toEqual(['ipv4', 'ipv6']);
    for (const { Properties } of targets) {
      expect(Properties.TargetGroupAttributes).toContainEqual({ Key: 'preserve_client_ip.enabled', Value: 'true' });
    }
    template.hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: [Match.objectLike({ ContainerPort: 2525 }), Match.objectLike({ ContainerPort: 2525 })],
    });
  });

  it('admits clients of one family per load balancer and preserves their addresses', () => {
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    const rules = groups.flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? []);
    expect(rules).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 25 }),
      expect.objectContaining({ CidrIpv6: '::/0', FromPort: 25 }),
    ]);
  });

  it('is in the subnets, and on the sockets of the edge', () => {
    const network = dual.stack('network');
    network.hasResourceProperties('AWS::EC2::VPCCidrBlock', { AmazonProvidedIpv6CidrBlock: true });
    for (const { Properties } of Object.values(network.findResources('AWS::EC2::Subnet'))) {
      expect(Properties).toMatchObject({ AssignIpv6AddressOnCreation: true, Ipv6CidrBlock: expect.anything() });
    }
    network.hasResourceProperties('AWS::EC2::Route', { DestinationIpv6CidrBlock: '::/0' });
    const settings = Object.fromEntries(container(dual).Environment.map(({ Name, Value }) => [Name, Value]));
    expect(edgeEnvironment.decode(settings).listenAddress).toBe('::');
  });

  it('is in the DNS records to publish', () => {
    const { Outputs } = template.toJSON();
    expect(flat(Outputs.MxTargetIpv6.Value)).toMatch(/^<EdgeBalancerIpv6LoadBalancer\w+\.DNSName>$/);
    expect(flat(Outputs.AddressRecords.Value)).toMatch(
      /^; mx\.example\.com\. A: make it an alias of <EdgeBalancerLoadBalancer.*\n; mx\.example\.com\. AAAA: make it an alias of <EdgeBalancerIpv6/,
    );
  });

  it('is off by default, and requires a host name shared by both load balancers', () => {
    plain.stack('ingress').resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    plain.stack('network').resourceCountIs('AWS::EC2::VPCCidrBlock', 0);
    expect(() => synthesised({ fargate: { ipv6: true } })).toThrow(/set fargate\.hostname/);
  });

  it('counts in the alarms: a family without a healthy task is down', () => {
    const alarms = dual.stack('observability').findResources('AWS::CloudWatch::Alarm');
    const expressions = Object.values(alarms).flatMap(({ Properties }) =>
      (Properties.Metrics ?? []).map(({ Expression }: { Expression?: string }) => Expression),
    );
    expect(expressions).toEqual(expect.arrayContaining(['MIN(METRICS())', 'MAX(METRICS())']));
  });
});

describe('service', () => {
  it('rolls back a failed deployment, and scales on CPU and sessions', () => {
    const template = plain.stack('ingress');
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 20 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        TargetValue: 60,
      },
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        CustomizedMetricSpecification: {
          Namespace: 'MailPipeline/prod',
          MetricName: 'ActiveSessions',
          Dimensions: [{ Name: 'service', Value: 'edge-mta' }],
          Statistic: 'Average',
        },
        TargetValue: 1_000,
      },
    });
  });
});

describe('network', () => {
  it('is public but closed by default, without NAT gateways', () => {
    const template = plain.stack('network');
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'REJECT' });
  });

  it('can be isolated: endpoints instead of addresses', () => {
    const synthesis = synthesised({ network: { mode: 'isolated', cidr: '10.9.0.0/20' } });
    const template = synthesis.stack('network');
    template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.9.0.0/20' });
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) =>
      JSON.stringify(flat(Properties.ServiceName)),
    );
    expect(endpoints).toHaveLength(4);
    synthesis.stack('ingress').hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('can be an existing one', () => {
    const synthesis = synthesised({
      network: {
        mode: 'existing',
        vpcId: 'vpc-0a1b2c3d',
        balancerSubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'],
        taskSubnetIds: ['subnet-0a1b2c4d', 'subnet-0a1b2c4e'],
      },
    });
    expect(synthesis.stackNames).not.toContain('mail-pipeline-prod-network');
    synthesis.stack('ingress').hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-0a1b2c4d', 'subnet-0a1b2c4e'] } },
    });
    synthesis.stack('ingress').hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Subnets: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'],
    });
  });
});
