import { Fn } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { PipelineConfig } from '../../core/config/schema.ts';

type NetworkConfig = PipelineConfig['network'];
export type NewNetwork = Exclude<NetworkConfig, { mode: 'existing' }>;
export type ExistingNetwork = Extract<NetworkConfig, { mode: 'existing' }>;

/** Where balancer and tasks go. */
export interface IngressNetwork {
  vpc: IVpc;
  balancerSubnets: ISubnet[];
  taskSubnets: ISubnet[];
  /** Whether tasks get public addresses. */
  publicAddresses: boolean;
}

/** A VPC that is there already, by its ids: looking it up would need credentials. */
export function existingNetwork(scope: Construct, network: ExistingNetwork): IngressNetwork {
  const subnets = (id: string, ids: readonly string[]) =>
    ids.map((subnetId, index) => Subnet.fromSubnetId(scope, `${id}${index}`, subnetId));
  return {
    vpc: Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: network.vpcId, availabilityZones: Fn.getAzs() }),
    balancerSubnets: subnets('BalancerSubnet', network.balancerSubnetIds),
    taskSubnets: subnets('TaskSubnet', network.taskSubnetIds),
    publicAddresses: network.publicAddresses,
  };
}
