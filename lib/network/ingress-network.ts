import { Fn } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, Subnet, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { PipelineConfig } from '../../core/config/schema.ts';
import { acknowledge } from '../acknowledge.ts';

type NetworkConfig = PipelineConfig['network'];
export type NewNetwork = Exclude<NetworkConfig, { mode: 'existing' }>;
export type ExistingNetwork = Extract<NetworkConfig, { mode: 'existing' }>;

/** The network of load balancer and tasks. */
export interface IngressNetwork {
  vpc: IVpc;
  balancerSubnets: ISubnet[];
  taskSubnets: ISubnet[];
  /** Whether tasks get public addresses. */
  publicAddresses: boolean;
}

/** An existing VPC by its ids, because a lookup would need credentials. */
export function existingNetwork(scope: Construct, network: ExistingNetwork): IngressNetwork {
  const subnets = (id: string, ids: readonly string[]) =>
    ids.map((subnetId, index) => {
      const subnet = Subnet.fromSubnetId(scope, `${id}${index}`, subnetId);
      acknowledge(subnet, {
        'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId': 'Nothing here uses its route table.',
      });
      return subnet;
    });
  const availabilityZones = network.balancerSubnetIds.map((_, index) => Fn.select(index, Fn.getAzs()));
  return {
    vpc: Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: network.vpcId, availabilityZones }),
    balancerSubnets: subnets('BalancerSubnet', network.balancerSubnetIds),
    taskSubnets: subnets('TaskSubnet', network.taskSubnetIds),
    publicAddresses: network.publicAddresses,
  };
}

/** A VPC from the surrounding app. */
export function givenNetwork(
  vpc: IVpc,
  chosen: { readonly balancerSubnets?: SubnetSelection; readonly taskSubnets?: SubnetSelection },
): IngressNetwork {
  const hasWayOut = vpc.privateSubnets.length > 0;
  const balancer = vpc.selectSubnets(chosen.balancerSubnets ?? { subnetType: SubnetType.PUBLIC, onePerAz: true });
  const tasks = vpc.selectSubnets(
    chosen.taskSubnets ?? { subnetType: hasWayOut ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC },
  );
  return { vpc, balancerSubnets: balancer.subnets, taskSubnets: tasks.subnets, publicAddresses: tasks.hasPublic };
}
