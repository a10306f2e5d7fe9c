import { EDGE_DEFAULTS, type EdgeSettings } from '../env/edge-environment.ts';
import type { PipelineConfig } from './schema.ts';

/** What the configuration does not say about an edge: where it runs. */
export type EdgePlacement = Pick<EdgeSettings, 'rawBucket' | 'hostname'> &
  Partial<
    Pick<
      EdgeSettings,
      'listenAddress' | 'smtpPort' | 'healthPort' | 'tls' | 'drainDelayMs' | 'drainDeadlineMs' | 'metricsNamespace'
    >
  >;

/** The edge's settings for a configuration at a place. Local mode and the CDK app both come through here. */
export function edgeSettings(config: Pick<PipelineConfig, 'domains' | 'smtp'>, placement: EdgePlacement): EdgeSettings {
  return { ...EDGE_DEFAULTS, domains: config.domains ?? [], ...config.smtp, ...placement };
}
