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
  /** The address family of its clients. */
  family: 'ipv4' | 'ipv6';
}

/**
 * The public port 25 for clients of one address family. A target group preserves only client addresses of its own
 * family (AWS: client IP preservation): a client of the other family would arrive with the load balancer's address,
 * which breaks SPF and the limits per source. A load balancer with IPv6 targets must be dual-stack; its security group
 * admits no IPv4 clients.
 */
export class Balancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly targets: NetworkTargetGroup;
  readonly securityGroup: SecurityGroup;
  /** Empty unless configured. */
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
      'AwsSolutions-EC23': 'Any host on the internet may send mail; only the SMTP ports are open.',
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
      // A zone without a healthy task still accepts connections.
      crossZoneEnabled: true,
      securityGroups: [this.securityGroup],
    });
    acknowledge(this.balancer, {
      'AwsSolutions-ELB2': 'A TCP listener has no access log; the edge logs each session.',
    });
    this.targets = new NetworkTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      port: SMTP_PORT,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      ipAddressType: family === 'ipv4' ? TargetGroupIpAddressType.IPV4 : TargetGroupIpAddressType.IPV6,
      preserveClientIp: true,
      // As long as sessions that started before the task was stopped, so that a mail in progress gets its reply.
      deregistrationDelay: Duration.seconds(180),
      healthCheck: {
        // A health check on the SMTP port would be half a session, several times a minute.
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
    // A draining task deliberately fails its health check; otherwise the load balancer would cut the sessions it is
    // finishing.
    this.targets.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    this.#listen('Smtp', 25, 'SMTP from any mail server');
  }

  /** Adds SMTP on another port. */
  listenAt(port: number, why: string): void {
    this.#listen(`Smtp${port}`, port, why);
  }

  #listen(id: string, port: number, why: string): void {
    this.securityGroup.addIngressRule(this.#clients, Port.tcp(port), why);
    this.balancer.addListener(id, { port, protocol: Protocol.TCP, defaultTargetGroups: [this.targets] });
  }

  /**
   * The number of healthy or unhealthy tasks. Uses the load balancer's name attribute: CDK would extract the name from
   * the listener's ARN, but `Fn::Split` does not accept an output of another stack (`Fn::GetStackOutput`).
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

  /** A name that MX records may point to: it has addresses and is not a CNAME (RFC 2181 §10.3). */
  get hostname(): string {
    return this.balancer.loadBalancerDnsName;
  }
}
