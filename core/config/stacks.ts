import type { StackRole } from '../settings/stage-names.ts';
import type { PipelineConfig } from './schema.ts';

/** The one region whose certificates CloudFront takes, and where its logs come from. */
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
