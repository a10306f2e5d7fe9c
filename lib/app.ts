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
 * Each part has the id `Default` in its stack. CDK omits that id from logical ids, so the resources of deployments that
 * predate the construct keep theirs.
 */
const PART = 'Default';

/** Does not look up availability zones, because a synth needs no account. */
class NetworkStack extends Stack {
  override get availabilityZones(): string[] {
    return zones();
  }
}

/** Adds every stack of a deployment, each with one part of the pipeline. */
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
  // It names the bucket without a reference; SES checks its write permission when the rule is created.
  ingressStack.addStackDependency(storageStack);
  const observabilityStack = stack('observability');
  // The load balancer has a generated name. A reference to its metrics must not prevent its removal: `ingress` may
  // become 'ses'.
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
  // It names the resources it monitors; an alarm on a resource that does not exist yet would fire.
  observabilityStack.addStackDependency(processingStack);
  observabilityStack.addStackDependency(ingressStack);
}
