import { Duration } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnEIP, type IPeer, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  IpAddressType,
  NetworkLoadBalancer,
  type NetworkLoadBalancerProps,
  NetworkTargetGroup,
  Protocol,
  TargetGroupIpAddressType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { IngressNetwork } from '../network/ingress-network.ts';

/** Ports of the container. */
export const SMTP_PORT = 2525;
export const HEALTH_PORT = 8080;

export interface BalancerProps {
  network: IngressNetwork;
  /** Fixed IPv4 addresses. */
  elasticIps: boolean;
  /** Whose clients it serves. */
  family: 'ipv4' | 'ipv6';
}

/**
 * Port 25 of the world, for clients of one family. A target group preserves client addresses of its own family alone (AWS:
 * client IP preservation): a client of the other would arrive with the balancer's address, which breaks SPF and the limits
 * for one source. A balancer with IPv6 targets has to be dual-stack; its security group lets IPv4 clients in nowhere.
 */
export class Balancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly targets: NetworkTargetGroup;
  readonly securityGroup: SecurityGroup;
  /** Empty unless asked for. */
  readonly addresses: string[];
  readonly #clients: IPeer;

  constructor(scope: Construct, id: string, { network, elasticIps, family }: BalancerProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'SMTP from the world to the balancer',
      allowAllOutbound: false,
    });
    this.#clients = family === 'ipv4' ? Peer.anyIpv4() : Peer.anyIpv6();
    acknowledge(this.securityGroup, {
      'AwsSolutions-EC23': 'Mail comes from every address of the internet, to the ports of SMTP only.',
    });
    const elasticIpsOfSubnets = elasticIps
      ? network.balancerSubnets.map((_, index) => new CfnEIP(this, `Address${index}`))
      : [];
    this.addresses = elasticIpsOfSubnets.map(({ attrPublicIp }) => attrPublicIp);
    const subnets: Pick<NetworkLoadBalancerProps, 'vpcSubnets' | 'subnetMappings'> = elasticIps
      ? {
          subnetMappings: elasticIpsOfSubnets.flatMap(({ attrAllocationId }, index) => {
            const subnet = network.balancerSubnets[index];
            return subnet === undefined ? [] : [{ subnet, allocationId: attrAllocationId }];
          }),
        }
      : { vpcSubnets: { subnets: network.balancerSubnets } };
    this.balancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      ...subnets,
      internetFacing: true,
      ...(family === 'ipv6' ? { ipAddressType: IpAddressType.DUAL_STACK } : {}),
      // A zone that has lost its task still takes connections.
      crossZoneEnabled: true,
      securityGroups: [this.securityGroup],
    });
    acknowledge(this.balancer, {
      'AwsSolutions-ELB2': 'A TCP listener writes no access log; the edge logs each session.',
    });
    this.targets = new NetworkTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      port: SMTP_PORT,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      ipAddressType: family === 'ipv4' ? TargetGroupIpAddressType.IPV4 : TargetGroupIpAddressType.IPV6,
      preserveClientIp: true,
      // As long as sessions that began before the task was told to stop: a mail under way gets its reply.
      deregistrationDelay: Duration.seconds(180),
      healthCheck: {
        // A check on the SMTP port would be half a session, several times a minute.
        protocol: Protocol.HTTP,
        port: String(HEALTH_PORT),
        path: '/ready',
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    // A task that drains fails its check on purpose; the balancer would cut the sessions that it is finishing.
    this.targets.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    this.#listen('Smtp', 25, 'SMTP from any mail server');
  }

  /** SMTP at another port as well. */
  listenAt(port: number, why: string): void {
    this.#listen(`Smtp${port}`, port, why);
  }

  #listen(id: string, port: number, why: string): void {
    this.securityGroup.addIngressRule(this.#clients, Port.tcp(port), why);
    this.balancer.addListener(id, { port, protocol: Protocol.TCP, defaultTargetGroups: [this.targets] });
  }

  /**
   * How many tasks are healthy, or not. The name of the balancer is its own attribute: CDK would cut it out of the ARN
   * of the listener, and `Fn::Split` does not take what another stack puts out (`Fn::GetStackOutput`).
   */
  taskMetric(metricName: 'HealthyHostCount' | 'UnHealthyHostCount', options: MetricOptions): Metric {
    return this.targets.metrics.custom(metricName, {
      dimensionsMap: {
        LoadBalancer: this.balancer.loadBalancerFullName,
        TargetGroup: this.targets.targetGroupFullName,
      },
      ...options,
    });
  }

  /** The name that MX records can point at; the balancer's name has addresses, so it is no CNAME (RFC 2181 §10.3). */
  get hostname(): string {
    return this.balancer.loadBalancerDnsName;
  }
}
