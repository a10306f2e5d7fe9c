import { once } from 'node:events';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../core/log/log.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { EdgeSettings } from '../core/settings/edge.ts';
import { blockLists, type Resolve4 } from './abuse/dnsbl.ts';
import { LoopLag } from './abuse/loop-lag.ts';
import { MemoryWatch } from './abuse/memory-watch.ts';
import { SourceTable } from './abuse/source-table.ts';
import { ByteBudget } from './data/byte-budget.ts';
import { ReceiveTurns } from './data/receive-turns.ts';
import { type EdgeState, healthServer } from './health.ts';
import { EdgeMetrics } from './metrics/edge-metrics.ts';
import { EmfReporter, type Measured } from './metrics/emf.ts';
import { prometheusText } from './metrics/prometheus.ts';
import { recipientLookup } from './policy/recipient-hook.ts';
import { recipientPolicy } from './policy/recipient-policy.ts';
import type { SenderCheck } from './policy/spf-policy.ts';
import { EdgeServer } from './server.ts';
import { probeStore } from './store/probe.ts';
import { RawMailStore } from './store/raw-mail-store.ts';
import { daysLeft } from './tls/certificate.ts';
import { certificateSource, type SecretReader } from './tls/certificate-source.ts';
import { CertificateWatch } from './tls/certificate-watch.ts';
import { dataJudge } from './verdict/judge.ts';

const EMF_INTERVAL_MS = 60_000;
/** Maximum time until a renewed certificate is in use. */
const CERTIFICATE_INTERVAL_MS = 5 * 60_000;
/** Share of maxConnections admitted whatever the memory, because an edge that admits no one is useless. */
const ALWAYS_ADMITTED = 0.25;
/** Share of inFlightBytes for large mails received at the same time: 32 MB keep a CPU and the store busy. */
const RECEIVED_TOGETHER = 1 / 8;

/** Dependencies of the edge besides its settings. */
export interface EdgeDependencies {
  store: Pick<ObjectStore, 'put' | 'copy'>;
  readSecret: SecretReader;
  resolve4: Resolve4;
  /** DNS servers for SPF; the system's when absent. */
  dnsServers?: readonly string[];
  log: Log;
  /** Receives lines of CloudWatch metrics. */
  writeLine: (line: string) => void;
}

export interface Edge {
  smtpPort: number;
  healthPort: number;
  /** Checks for a renewed certificate now. */
  reloadCertificate(): Promise<void>;
  /** Stops accepting mail, finishes mails in progress and shuts down. Resolves within the drain deadline. */
  drain(): Promise<void>;
}

/**
 * Starts the edge. Resolves when both ports listen; `/ready` may follow later.
 *
 * @throws PermanentError for an unusable certificate
 */
export async function startEdge(settings: EdgeSettings, deps: EdgeDependencies): Promise<Edge> {
  const { limits } = settings;
  const { log } = deps;
  const source = certificateSource(settings.tls, settings.hostname, deps.readSecret);
  const certificates = await source();
  const metrics = new EdgeMetrics();
  const sources = new SourceTable(limits);
  const lag = new LoopLag();
  const memory = new MemoryWatch(
    settings.memoryBytes ?? Number.POSITIVE_INFINITY,
    limits.maxConnections * ALWAYS_ADMITTED,
  );
  const budget = new ByteBudget(limits.inFlightBytes);
  const smtp = new EdgeServer(
    {
      settings,
      policy: recipientPolicy(settings),
      lookup: settings.recipientHook === null ? null : recipientLookup(settings.recipientHook, log),
      senderCheck: await senderCheck(settings, deps),
      blockLists: settings.dnsblZones.length === 0 ? null : blockLists(settings.dnsblZones, deps.resolve4),
      mails: {
        raw: new RawMailStore(deps.store, settings.rawBucket),
        judge: settings.dataHook === null ? null : dataJudge(settings.dataHook, log),
        budget,
        turns: new ReceiveTurns(limits.inFlightBytes * RECEIVED_TOGETHER),
        deadlineMs: limits.storeDeadlineSeconds * 1000,
      },
      sources,
      metrics,
      log,
    },
    certificates,
    lag,
    memory,
  );
  const watch = new CertificateWatch(source, certificates, (renewed) => smtp.use(renewed), log);
  watch.start(CERTIFICATE_INTERVAL_MS);
  const gauges = () => ({
    sessions: smtp.sessions.size,
    in_flight_bytes: budget.taken,
    event_loop_lag_ms: lag.ms,
    memory_bytes: memory.bytes,
    sources: sources.size,
    certificate_days_left: daysLeft(watch.presented),
  });
  let state: EdgeState = settings.probePrefix === null ? 'ready' : 'starting';
  const health = healthServer({ state: () => state, metrics: () => prometheusText(metrics, gauges()) });
  const measured = () => ({
    sessions: smtp.sessions.size,
    certificateDaysLeft: settings.tls.kind === 'self-signed' ? null : daysLeft(watch.presented),
  });
  const stopReports = reportMetrics(settings.metricsNamespace, metrics, measured, deps.writeLine);
  await listen(health, settings.healthPort, settings.listenAddress);
  await listen(smtp.server, settings.smtpPort, settings.listenAddress);
  const probing = new AbortController();
  if (settings.probePrefix !== null) {
    const { rawBucket: bucket, probePrefix: prefix } = settings;
    void probeStore({ store: deps.store, bucket, prefix, log, signal: probing.signal }).then((taken) => {
      if (taken && state === 'starting') state = 'ready';
    });
  }

  return {
    smtpPort: portOf(smtp.server),
    healthPort: portOf(health),
    reloadCertificate: () => watch.reload(),
    async drain() {
      state = 'draining';
      probing.abort();
      const deadline = AbortSignal.timeout(settings.drainDeadlineMs);
      deadline.addEventListener('abort', () => smtp.destroySessions());
      // The load balancer keeps sending connections until its health checks have failed.
      await delay(Math.min(settings.drainDelayMs, settings.drainDeadlineMs));
      await smtp.drain();
      watch.stop();
      lag.stop();
      stopReports();
      health.closeAllConnections();
      health.close();
    },
  };
}

/** Null when not configured. Its libraries are loaded only when it is. */
async function senderCheck(settings: EdgeSettings, { log, dnsServers }: EdgeDependencies): Promise<SenderCheck | null> {
  if (!settings.rejectSpfFail) return null;
  const { spfPolicy } = await import('./policy/spf-policy.ts');
  return spfPolicy(log, dnsServers);
}

/** Reports once a minute, and the rest when stopped. */
function reportMetrics(
  namespace: string | null,
  metrics: EdgeMetrics,
  measured: () => Measured,
  writeLine: (line: string) => void,
): () => void {
  if (namespace === null) return () => {};
  const reporter = new EmfReporter(metrics, namespace, writeLine);
  const timer = setInterval(() => reporter.flush(measured()), EMF_INTERVAL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    reporter.flush(measured());
  };
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  server.listen(port, address);
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
