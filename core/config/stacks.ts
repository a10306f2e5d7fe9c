import type { StackRole } from '../settings/stage-names.ts';
import type { PipelineConfig } from './schema.ts';

/** The only region whose certificates CloudFront accepts, and from which it delivers logs. */
export const MTA_STS_REGION = 'us-east-1';

/** The stacks that a configuration is deployed as, in the order of their deployment. */
export function stackRoles({ ingress, network, mtaSts }: PipelineConfig): StackRole[] {
  const ownNetwork = ingress !== 'ses' && network.mode !== 'existing';
  return [
    'storage',
    'processing',
    ...(ownNetwork ? (['network'] as const) : []),
    'ingress',
    'observability',
    ...(mtaSts === null ? [] : (['mta-sts'] as const)),
  ];
}
