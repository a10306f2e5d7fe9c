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
  /** Null with a VPC that is there already, and with SES alone. */
  network: IngressNetwork | null;
}

/** The doors that mail comes through. */
export class Ingress extends Construct {
  /** Null with SES alone. */
  readonly fargate: FargateIngress | null;
  /** Those that the edge has of its own. */
  readonly functions: readonly FunctionName[];
  /** The host that MX records point at: the edge's where there is one. */
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
    // They name the bucket instead of referring to it. SES checks that it may write when its rule is made, and the edge is
    // ready when it can.
    this.fargate?.service.node.addDependency(storage.raw);
    if (config.ingress !== 'fargate') new SesIngress(this, 'Ses', { config, names }).node.addDependency(storage.raw);
    const [mxTarget] = mxTargets(config, this.#edgeHost(config));
    if (mxTarget === undefined) throw new Error('SES is configured without a region');
    this.mxTarget = mxTarget;
    this.#addOutputs(config);
  }

  /** Null with SES alone. */
  #edgeHost({ fargate }: DeployableConfig): string | null {
    return this.fargate === null ? null : (fargate.hostname ?? this.fargate.balancer.hostname);
  }

  #addOutputs(config: DeployableConfig): void {
    const balancer = this.fargate?.balancer ?? null;
    const records = config.domains.flatMap((domain) => mxRecords(config, domain, this.#edgeHost(config)));
    new CfnOutput(this, 'MxRecords', {
      value: records.map(recordLine).join('\n'),
      description: 'Put these into DNS; "mail-pipeline dns" prints every record a domain wants',
    });
    if (balancer === null) return;
    new CfnOutput(this, 'MxTarget', { value: balancer.hostname, description: 'Name of the balancer' });
    const ipv6 = this.fargate?.ipv6Balancer ?? null;
    if (ipv6 !== null) {
      new CfnOutput(this, 'MxTargetIpv6', {
        value: ipv6.hostname,
        description: 'Name of the balancer for IPv6 clients',
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
      new CfnOutput(this, `Address${index}`, { value, description: 'Fixed address of the balancer' });
    }
  }
}
