import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { DeployableConfig } from '../core/config/deployable.ts';
import { IngressStack } from './ingress/ingress-stack.ts';
import { MTA_STS_REGION, MtaStsStack } from './mta-sts/mta-sts-stack.ts';
import { Names } from './names.ts';
import { NetworkStack } from './network/network-stack.ts';
import { ObservabilityStack } from './observability/observability-stack.ts';
import { ProcessingStack } from './processing/processing-stack.ts';
import { StorageStack } from './storage/storage-stack.ts';

/** Every stack of a deployment. */
export function addStacks(app: App, config: DeployableConfig): void {
  const names = new Names(config.stage);
  const env = {
    ...(config.account === null ? {} : { account: config.account }),
    ...(config.region === null ? {} : { region: config.region }),
  };
  const common = { config, names, env, tags: { 'mail-pipeline:stage': config.stage } };
  const storage = new StorageStack(app, names.stack('storage'), common);
  const processing = new ProcessingStack(app, names.stack('processing'), { ...common, storage });
  const network =
    config.ingress === 'ses' || config.network.mode === 'existing'
      ? null
      : new NetworkStack(app, names.stack('network'), { ...common, network: config.network }).network;
  const ingress = new IngressStack(app, names.stack('ingress'), { ...common, storage, network });
  // It names the bucket instead of referring to it; SES checks that it may write when its rule is made.
  ingress.addStackDependency(storage);
  const observability = new ObservabilityStack(app, names.stack('observability'), {
    ...common,
    functions: [...processing.functions, ...ingress.functions],
    edge: ingress.fargate,
  });
  if (config.mtaSts !== null) {
    new MtaStsStack(app, names.stack('mta-sts'), { ...common, env: { ...env, region: MTA_STS_REGION } });
  }
  // It names what it watches; an alarm on a thing that is not there yet would ring.
  observability.addStackDependency(processing);
  observability.addStackDependency(ingress);
}

/** Holds every stack to the AWS Solutions rules of cdk-nag: a finding that nobody accepted fails the synth. */
export function addChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
