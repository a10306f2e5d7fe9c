import { Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
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
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { acknowledge } from '../acknowledge.ts';
import { asIVpc } from '../cdk-types.ts';
import type { Names } from '../names.ts';
import type { IngressNetwork, NewNetwork } from './ingress-network.ts';

export interface NetworkStackProps extends StackProps {
  config: DeployableConfig;
  names: Names;
  network: NewNetwork;
}

/** Two zones: a task in each outlives the loss of one. */
const ZONES = 2;

/** A VPC of its own, in the cheapest form that is still closed. */
export class NetworkStack extends Stack {
  readonly network: IngressNetwork;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { mode, cidr } = props.network;
    const vpc = new Vpc(this, 'Vpc', {
      vpcName: props.names.stack('network'),
      ipAddresses: IpAddresses.cidr(cidr),
      availabilityZones: this.availabilityZones,
      ...(props.config.fargate.ipv6 ? { ipProtocol: IpProtocol.DUAL_STACK } : {}),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC },
        ...(mode === 'isolated' ? [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] : []),
      ],
      // Free, and mail goes to S3 without leaving AWS.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    this.#logRefusedTraffic(vpc, props);
    if (mode === 'isolated') this.#reachAws(asIVpc(vpc), cidr, props.config);
    this.network = {
      vpc: asIVpc(vpc),
      balancerSubnets: vpc.publicSubnets,
      taskSubnets: mode === 'isolated' ? vpc.isolatedSubnets : vpc.publicSubnets,
      publicAddresses: mode === 'public',
    };
  }

  /** Chosen by CloudFormation: CDK would ask the account for its zones, and a synth needs no account. */
  override get availabilityZones(): string[] {
    return Array.from({ length: ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }

  #logRefusedTraffic(vpc: Vpc, { config, names }: NetworkStackProps): void {
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

  /** Interface endpoints, by the hour and zone: the services that a task needs and no more. */
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
      CdkNagValidationFailure: 'The rule names the block of the VPC, which is known.',
    });
  }
}
