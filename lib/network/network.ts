import { Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import {
  CfnSubnet,
  FlowLog,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { isZoneId } from '../../core/config/zones.ts';
import { acknowledge } from '../acknowledge.ts';
import { asIVpc } from '../cdk-types.ts';
import type { Names } from '../names.ts';
import type { IngressNetwork, NewNetwork } from './ingress-network.ts';

export interface NetworkProps {
  config: DeployableConfig;
  names: Names;
  network: NewNetwork;
}

/** Default number of zones. With a task in each of two, one survives the loss of a zone. */
const ZONES = 2;

/** Selected by CloudFormation: CDK would query the account for its zones, and a synth needs no account. */
export const zones = (): string[] => Array.from({ length: ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));

/** A new VPC in the cheapest form that is still closed. */
export class Network extends Construct {
  readonly network: IngressNetwork;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { mode, cidr } = props.network;
    const vpc = new Vpc(this, 'Vpc', {
      vpcName: props.names.stack('network'),
      ipAddresses: IpAddresses.cidr(cidr),
      // Tokens, because CDK would compare names with those it looks up in the account.
      availabilityZones: props.network.zones?.map((zone) => Token.asString(zone)) ?? zones(),
      ...(props.config.fargate.ipv6 ? { ipProtocol: IpProtocol.DUAL_STACK } : {}),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC },
        ...(mode === 'isolated' ? [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] : []),
      ],
      // Free, and keeps traffic to S3 within AWS.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    placeByIds(vpc);
    this.#logRefusedTraffic(vpc, props);
    this.#nameParts(vpc, props.names);
    if (mode === 'isolated') this.#reachAws(asIVpc(vpc), cidr, props.config);
    // The load balancer has an address in each of its zones and sends no traffic to tasks in other zones.
    const isFrugal = props.config.profile === 'frugal' && props.network.zones === null;
    const zonesUsed = isFrugal ? 1 : undefined;
    this.network = {
      vpc: asIVpc(vpc),
      balancerSubnets: vpc.publicSubnets.slice(0, zonesUsed),
      taskSubnets: (mode === 'isolated' ? vpc.isolatedSubnets : vpc.publicSubnets).slice(0, zonesUsed),
      publicAddresses: mode === 'public',
    };
  }

  /** CDK would otherwise name them by their path in the app. */
  #nameParts(vpc: Vpc, names: Names): void {
    for (const part of vpc.node.children) {
      const hasName = part instanceof Subnet || part instanceof FlowLog;
      if (hasName) Tags.of(part).add('Name', `${names.stack('network')}/Vpc/${part.node.id}`);
    }
  }

  #logRefusedTraffic(vpc: Vpc, { config, names }: NetworkProps): void {
    const logGroup = new LogGroup(this, 'FlowLogs', {
      logGroupName: `${names.logGroup('edge-mta')}/refused-traffic`,
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog('Refused', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: FlowLogTrafficType.REJECT,
    });
  }

  /** Interface endpoints, billed per hour and zone, for only the services a task needs. */
  #reachAws(vpc: IVpc, cidr: string, config: DeployableConfig): void {
    const securityGroup = new SecurityGroup(this, 'EndpointAccess', {
      vpc,
      description: 'HTTPS from inside the VPC to AWS services',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(Peer.ipv4(cidr), Port.tcp(443), 'HTTPS from tasks');
    const services: Record<string, InterfaceVpcEndpointAwsService> = {
      EcrApi: InterfaceVpcEndpointAwsService.ECR,
      EcrImages: InterfaceVpcEndpointAwsService.ECR_DOCKER,
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      ...(config.tls.secretArn === null && !config.tls.acm
        ? {}
        : { Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER }),
    };
    for (const [name, service] of Object.entries(services)) {
      vpc.addInterfaceEndpoint(name, {
        service,
        securityGroups: [securityGroup],
        open: false,
        subnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      });
    }
    acknowledge(securityGroup, {
      CdkNagValidationFailure: 'The rule uses the CIDR block of the VPC, which is known.',
    });
  }
}

/** `Vpc` identifies zones by name; CloudFormation also accepts ids. */
function placeByIds(vpc: Vpc): void {
  for (const { availabilityZone, node } of [...vpc.publicSubnets, ...vpc.isolatedSubnets]) {
    const zone: unknown = Stack.of(vpc).resolve(availabilityZone);
    const subnet = node.defaultChild;
    if (typeof zone !== 'string' || !isZoneId(zone) || !(subnet instanceof CfnSubnet)) continue;
    subnet.availabilityZone = undefined;
    subnet.availabilityZoneId = zone;
  }
}
