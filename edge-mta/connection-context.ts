import type { SMTPServer } from 'smtp-server';
import type { Log } from '../core/log/log.ts';
import type { EdgeSettings } from '../core/settings/edge.ts';
import type { BlockLists } from './abuse/dnsbl.ts';
import type { SourceTable } from './abuse/source-table.ts';
import type { EdgeMetrics } from './metrics/edge-metrics.ts';

/** Dependencies shared by all connections of a server. */
export interface ConnectionContext {
  settings: EdgeSettings;
  sources: SourceTable;
  blockLists: BlockLists | null;
  metrics: EdgeMetrics;
  log: Log;
}

export type DrainableServer = SMTPServer & { readonly draining: boolean };
