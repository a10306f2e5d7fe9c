import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '../../core/config/define-config.ts';
import { edgeSettings } from '../../core/config/to-settings.ts';
import { jsonLog } from '../../core/log/log.ts';
import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { EdgeSettings } from '../../core/settings/edge.ts';
import { type Edge, type EdgeDependencies, startEdge } from '../../edge-mta/edge.ts';
import { DirectoryStore } from './directory-store.ts';
import { smtpLimits } from './smtp-limits.ts';
import { SmtpSocket } from './smtp-socket.ts';

export const RAW_BUCKET = 'raw-mail';

export type EdgeChanges = Partial<Omit<EdgeSettings, 'limits'>> & {
  limits?: Partial<SmtpLimits>;
  store?: Pick<ObjectStore, 'put'>;
  deps?: Partial<EdgeDependencies>;
};

/** A real edge on free ports, storing in a temporary directory. */
export interface TestEdge {
  edge: Edge;
  store: DirectoryStore;
  /** Parsed log lines so far. */
  log: Record<string, unknown>[];
  /** CloudWatch metrics so far, when `metricsNamespace` is set. */
  metrics: Record<string, unknown>[];
  connect(localAddress?: string): Promise<SmtpSocket>;
  /** Connects and says EHLO. */
  greeted(): Promise<SmtpSocket>;
  close(): Promise<void>;
}

export async function startTestEdge({ store, deps, limits, ...settings }: EdgeChanges = {}): Promise<TestEdge> {
  const directory = await mkdtemp(join(tmpdir(), 'edge-'));
  const files = new DirectoryStore(directory);
  const log: Record<string, unknown>[] = [];
  const metrics: Record<string, unknown>[] = [];
  const clients: SmtpSocket[] = [];
  const edge = await startEdge(
    {
      ...edgeSettings(defineConfig({}), { rawBucket: RAW_BUCKET, hostname: 'mx.test', smtpPort: 0, healthPort: 0 }),
      drainDeadlineMs: 5_000,
      // A busy machine lags often enough; load shedding has its own test.
      limits: smtpLimits({ loopLagMs: 10_000, ...limits }),
      ...settings,
    },
    {
      store: store === undefined ? files : { put: store.put.bind(store), copy: files.copy.bind(files) },
      readSecret: () => Promise.reject(new Error('this edge has no secrets')),
      resolve4: () => Promise.reject(new Error('this edge has no resolver')),
      log: jsonLog('edge-mta', (line) => log.push(JSON.parse(line))),
      writeLine: (line) => metrics.push(JSON.parse(line)),
      ...deps,
    },
  );
  const connect = async (localAddress?: string) => {
    const client = await SmtpSocket.open(edge.smtpPort, localAddress);
    clients.push(client);
    return client;
  };
  return {
    edge,
    store: files,
    log,
    metrics,
    connect,
    async greeted() {
      const client = await connect();
      await client.reply();
      await client.command('EHLO client.test');
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await edge.drain();
      await rm(directory, { recursive: true });
    },
  };
}
