import { type App, CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { DeployableConfig } from '../core/config/deployable.ts';
import { MTA_STS_REGION } from '../core/config/stacks.ts';
import type { StackRole } from '../core/settings/stage-names.ts';
import { Ingress } from './ingress/ingress.ts';
import { MtaSts } from './mta-sts/mta-sts.ts';
import { Names } from './names.ts';
import { Network, zones } from './network/network.ts';
import { Observability } from './observability/observability.ts';
import { Processing } from './processing/processing.ts';
import { Storage } from './storage/storage.ts';

/**
 * Each part is the `Default` of its stack: CDK leaves that id out of logical ids, so the resources of deployments made
 * before there was a construct keep theirs.
 */
const PART = 'Default';

/** Asks no account for its zones: a synth needs none. */
class NetworkStack extends Stack {
  override get availabilityZones(): string[] {
    return zones();
  }
}

/** Every stack of a deployment, with one part of the pipeline in each. */
export function addStacks(app: App, config: DeployableConfig): void {
  const names = new Names(config.stage);
  const env = {
    ...(config.account === null ? {} : { account: config.account }),
    ...(config.region === null ? {} : { region: config.region }),
  };
  const stackProps = { env, tags: { 'mail-pipeline:stage': config.stage } };
  const stack = (role: StackRole) => new Stack(app, names.stack(role), stackProps);
  const common = { config, names };
  const storageStack = stack('storage');
  const storage = new Storage(storageStack, PART, common);
  const processingStack = stack('processing');
  const processing = new Processing(processingStack, PART, { ...common, storage });
  const network =
    config.ingress === 'ses' || config.network.mode === 'existing'
      ? null
      : new Network(new NetworkStack(app, names.stack('network'), stackProps), PART, {
          ...common,
          network: config.network,
        }).network;
  const ingressStack = stack('ingress');
  const ingress = new Ingress(ingressStack, PART, { ...common, storage, network });
  // It names the bucket instead of referring to it; SES checks that it may write when its rule is made.
  ingressStack.addStackDependency(storageStack);
  const observabilityStack = stack('observability');
  // The balancer has no name of ours. Its metrics must not hold it fast: `ingress` can become 'ses'.
  CrossStackReferences.of(observabilityStack).consume(ReferenceStrength.WEAK);
  new Observability(observabilityStack, PART, {
    ...common,
    functions: [...processing.functions, ...ingress.functions],
    edge: ingress.fargate,
  });
  if (config.mtaSts !== null) {
    const mtaStsEnv = { ...env, region: MTA_STS_REGION };
    new MtaSts(new Stack(app, names.stack('mta-sts'), { ...stackProps, env: mtaStsEnv }), PART, common);
  }
  // It names what it watches; an alarm on a thing that is not there yet would ring.
  observabilityStack.addStackDependency(processingStack);
  observabilityStack.addStackDependency(ingressStack);
}
