import { CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import { addressLines, mxRecords, mxTargets, recordLine } from '../../core/config/dns-records.ts';
import { Canary } from '../canary/canary.ts';
import type { Names } from '../names.ts';
import { existingNetwork, type IngressNetwork } from '../network/ingress-network.ts';
import type { FunctionName } from '../processing/processing.ts';
import type { Storage } from '../storage/storage.ts';
import { FargateIngress } from './fargate-ingress.ts';
import { SesIngress } from './ses-ingress.ts';

export interface IngressProps {
  config: DeployableConfig;
  names: Names;
  storage: Storage;
  /** Null with an existing VPC, and when only SES receives mail. */
  network: IngressNetwork | null;
}

/** The entry points for mail. */
export class Ingress extends Construct {
  /** Null when only SES receives mail. */
  readonly fargate: FargateIngress | null;
  /** Fixed addresses of the edge. */
  readonly functions: readonly FunctionName[];
  /** The host that MX records name: the edge if there is one. */
  readonly mxTarget: string;

  constructor(scope: Construct, id: string, props: IngressProps) {
    super(scope, id);
    const { config, names, storage } = props;
    const network = config.network.mode === 'existing' ? existingNetwork(this, config.network) : props.network;
    this.fargate =
      config.ingress === 'ses' || network === null ? null : new FargateIngress(this, 'Edge', { ...props, network });
    this.functions = [
      ...(this.fargate !== null && config.tls.acm ? (['certificate'] as const) : []),
      ...(this.fargate !== null && config.canary !== null ? (['canary'] as const) : []),
    ];
    if (this.fargate !== null && config.canary !== null) {
      const { balancer } = this.fargate;
      new Canary(this, 'Canary', { ...props, canary: config.canary, balancer });
    }
    // They name the bucket without a reference. SES checks its write permission when the rule is created, and the edge
    // becomes ready only when it can write.
    this.fargate?.service.node.addDependency(storage.raw);
    if (config.ingress !== 'fargate') new SesIngress(this, 'Ses', { config, names }).node.addDependency(storage.raw);
    const [mxTarget] = mxTargets(config, this.#edgeHost(config));
    if (mxTarget === undefined) throw new Error('SES is configured without a region');
    this.mxTarget = mxTarget;
    this.#addOutputs(config);
  }

  /** Null when only SES receives mail. */
  #edgeHost({ fargate }: DeployableConfig): string | null {
    return this.fargate === null ? null : (fargate.hostname ?? this.fargate.balancer.hostname);
  }

  #addOutputs(config: DeployableConfig): void {
    const balancer = this.fargate?.balancer ?? null;
    const records = config.domains.flatMap((domain) => mxRecords(config, domain, this.#edgeHost(config)));
    new CfnOutput(this, 'MxRecords', {
      value: records.map(recordLine).join('\n'),
      description: 'Publish these in DNS; "mail-pipeline dns" prints every record to publish for your domains',
    });
    if (balancer === null) return;
    new CfnOutput(this, 'MxTarget', { value: balancer.hostname, description: 'Name of the load balancer' });
    const ipv6 = this.fargate?.ipv6Balancer ?? null;
    if (ipv6 !== null) {
      new CfnOutput(this, 'MxTargetIpv6', {
        value: ipv6.hostname,
        description: 'Name of the load balancer for IPv6 clients',
      });
    }
    const addresses = addressLines(config, [
      { family: 'ipv4', addresses: balancer.addresses, balancer: balancer.hostname },
      { family: 'ipv6', addresses: [], balancer: ipv6?.hostname ?? null },
    ]);
    if (addresses.length > 0) {
      const value = addresses.join('\n');
      new CfnOutput(this, 'AddressRecords', { value, description: 'Address records of fargate.hostname' });
    }
    for (const [index, value] of balancer.addresses.entries()) {
      new CfnOutput(this, `Address${index}`, { value, description: 'Fixed address of the load balancer' });
    }
  }
}
