import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  Capability,
  type CapacityProviderStrategy,
  Cluster,
  ContainerInsights,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  PropagatedTagSource,
  UlimitName,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { heapOption } from '../../core/config/edge-memory.ts';
import { edgeSettings } from '../../core/config/to-settings.ts';
import { PROBE_PREFIX } from '../../core/mail/keys.ts';
import { metricsNamespace } from '../../core/metrics/names.ts';
import { edgeEnvironment } from '../../core/settings/edge.ts';
import { acknowledge, acknowledgeWildcards } from '../acknowledge.ts';
import { asICluster } from '../cdk-types.ts';
import { checkEnvironmentSize } from '../environment-size.ts';
import type { Names } from '../names.ts';
import type { IngressNetwork } from '../network/ingress-network.ts';
import type { Storage } from '../storage/storage.ts';
import { Balancer, HEALTH_PORT, SMTP_PORT } from './balancer.ts';
import { EdgeCertificate } from './edge-certificate.ts';
import { edgeArchitecture, edgeImage } from './edge-image.ts';
import { edgeRoleStatements } from './edge-role.ts';
import { addScaling } from './scaling.ts';

export interface FargateIngressProps {
  config: DeployableConfig;
  names: Names;
  network: IngressNetwork;
  storage: Storage;
}

/**
 * Milliseconds after SIGTERM until the edge stops accepting connections, and until it exits. Fargate kills at 120 s.
 */
const DRAIN = { drainDelayMs: 10_000, drainDeadlineMs: 100_000 };
const STOP_TIMEOUT = Duration.seconds(120);

/**
 * File descriptors of a task: its connections (`smtp.limits.maxConnections`, at most 60,000), and room for those to S3.
 */
const OPEN_FILES = 65_535;

/** Spot has no fallback: without spare capacity, ECS starts no Spot tasks. The on-demand task still receives mail. */
const ONE_ON_DEMAND: CapacityProviderStrategy[] = [
  { capacityProvider: 'FARGATE', base: 1, weight: 0 },
  { capacityProvider: 'FARGATE_SPOT', weight: 1 },
];

/** The SMTP edge: tasks behind a load balancer on port 25. */
export class FargateIngress extends Construct {
  readonly balancer: Balancer;
  /** Null unless configured. */
  readonly ipv6Balancer: Balancer | null;
  readonly service: FargateService;
  /** Secret with the certificate; null while the edge signs its own. */
  readonly #certificateSecret: string | null;

  constructor(scope: Construct, id: string, props: FargateIngressProps) {
    super(scope, id);
    const { config, names, network } = props;
    const { fargate } = config;
    this.balancer = new Balancer(this, 'Balancer', { network, elasticIps: fargate.elasticIps, family: 'ipv4' });
    this.ipv6Balancer = fargate.ipv6
      ? new Balancer(this, 'BalancerIpv6', { network, elasticIps: false, family: 'ipv6' })
      : null;
    const { hostname } = fargate;
    this.#certificateSecret =
      config.tls.acm && hostname !== null
        ? new EdgeCertificate(this, 'Certificate', { config, names, hostname }).secretArn
        : config.tls.secretArn;
    const cluster = new Cluster(this, 'Cluster', {
      clusterName: names.service('edge-mta'),
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
      enableFargateCapacityProviders: config.profile === 'frugal',
    });
    acknowledge(cluster, {
      'AwsSolutions-ECS4':
        'CPU and memory of the service are measured without it; the edge reports everything else itself.',
    });
    this.service = new FargateService(this, 'Service', {
      cluster: asICluster(cluster),
      taskDefinition: this.#taskDefinition(props),
      ...(config.profile === 'frugal' ? { capacityProviderStrategies: ONE_ON_DEMAND } : {}),
      vpcSubnets: { subnets: network.taskSubnets },
      assignPublicIp: network.publicAddresses,
      securityGroups: [this.#taskAccess(props)],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    });
    for (const { targets } of this.#balancers) this.service.attachToNetworkTargetGroup(targets);
    addScaling(this.service, config);
  }

  get #balancers(): Balancer[] {
    return this.ipv6Balancer === null ? [this.balancer] : [this.balancer, this.ipv6Balancer];
  }

  #taskDefinition({ config, names, storage }: FargateIngressProps): FargateTaskDefinition {
    const { fargate } = config;
    const role = (name: string, description: string) =>
      new Role(this, name, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'), description });
    const taskRole = role('TaskRole', `${names.stage}: the SMTP edge`);
    for (const { statement, wildcards } of edgeRoleStatements(config, names, storage, this.#certificateSecret)) {
      taskRole.addToPolicy(statement);
      if (wildcards !== undefined) acknowledgeWildcards(taskRole, wildcards.resources, wildcards.reason);
    }
    const executionRole = role('ExecutionRole', `${names.stage}: starts the SMTP edge`);
    acknowledgeWildcards(
      executionRole,
      ['*'],
      'ecr:GetAuthorizationToken does not support resource-level permissions.',
    );
    const task = new FargateTaskDefinition(this, 'Task', {
      family: names.service('edge-mta'),
      cpu: fargate.cpu,
      memoryLimitMiB: fargate.memoryMb,
      runtimePlatform: {
        cpuArchitecture: edgeArchitecture(fargate),
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole,
      executionRole,
    });
    const linuxParameters = new LinuxParameters(this, 'LinuxParameters');
    linuxParameters.dropCapabilities(Capability.ALL);
    const environment = {
      ...edgeEnvironment.encode(this.#settings(config, names)),
      NODE_OPTIONS: heapOption(fargate.memoryMb),
    };
    checkEnvironmentSize(this, 'Fargate', 'the edge', environment);
    const container = task.addContainer('edge-mta', {
      image: edgeImage(this, fargate),
      environment,
      readonlyRootFilesystem: true,
      linuxParameters,
      stopTimeout: STOP_TIMEOUT,
      portMappings: [{ containerPort: SMTP_PORT }, { containerPort: HEALTH_PORT }],
      logging: LogDrivers.awsLogs({ streamPrefix: 'edge-mta', logGroup: this.#logGroup(config, names) }),
    });
    container.addUlimits({ name: UlimitName.NOFILE, softLimit: OPEN_FILES, hardLimit: OPEN_FILES });
    acknowledge(task, {
      'AwsSolutions-ECS2': 'The environment holds settings only; the one secret is read from Secrets Manager.',
    });
    return task;
  }

  #settings(config: DeployableConfig, names: Names) {
    return edgeSettings(config, {
      rawBucket: names.bucket('raw'),
      hostname: config.fargate.hostname ?? this.balancer.hostname,
      // The unspecified IPv6 address also accepts IPv4 connections.
      listenAddress: config.fargate.ipv6 ? '::' : '0.0.0.0',
      smtpPort: SMTP_PORT,
      healthPort: HEALTH_PORT,
      probePrefix: PROBE_PREFIX,
      memoryBytes: config.fargate.memoryMb * 1024 * 1024,
      metricsNamespace: metricsNamespace(names.stage),
      ...(this.#certificateSecret === null ? {} : { tls: { kind: 'secret', secretId: this.#certificateSecret } }),
      ...DRAIN,
    });
  }

  #logGroup(config: DeployableConfig, names: Names): LogGroup {
    return new LogGroup(this, 'Logs', {
      logGroupName: names.logGroup('edge-mta'),
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /**
   * Tasks accept connections only from the load balancer: its security group applies although client addresses are
   * preserved.
   */
  #taskAccess({ config, network }: FargateIngressProps): SecurityGroup {
    const tasks = new SecurityGroup(this, 'TaskAccess', {
      vpc: network.vpc,
      description: 'SMTP and health checks from the balancer to the tasks',
      allowAllOutbound: false,
    });
    for (const [port, what] of [
      [SMTP_PORT, 'SMTP'],
      [HEALTH_PORT, 'Health checks'],
    ] as const) {
      for (const { securityGroup } of this.#balancers) {
        securityGroup.addEgressRule(tasks, Port.tcp(port), `${what} to the tasks`);
        tasks.addIngressRule(securityGroup, Port.tcp(port), `${what} from the balancer`);
      }
    }
    tasks.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to AWS services');
    const { recipientHook, dataHook } = config.smtp;
    const hooks = [recipientHook, dataHook].flatMap((hook) => (hook === null ? [] : [portOf(new URL(hook.url))]));
    for (const port of new Set(hooks)) {
      if (port !== 443) tasks.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'HTTP hooks of the edge');
    }
    return tasks;
  }
}

function portOf(url: URL): number {
  return url.port === '' ? ({ 'http:': 80 }[url.protocol] ?? 443) : Number(url.port);
}
