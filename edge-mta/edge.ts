import { once } from 'node:events';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { EdgeSettings } from '../core/env/edge-environment.ts';
import type { Log } from '../core/log/log.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { ByteBudget } from './data/byte-budget.ts';
import { healthServer } from './health.ts';
import { recipientPolicy } from './policy/recipient-policy.ts';
import { EdgeServer } from './server.ts';

/** What the edge uses of the world outside. */
export interface EdgeWorld {
  store: Pick<ObjectStore, 'put'>;
  log: Log;
}

export interface Edge {
  smtpPort: number;
  healthPort: number;
  /** Takes no new mail, finishes what has begun, ends. Resolves inside the drain deadline. */
  drain(): Promise<void>;
}

/** Starts the edge. Resolves when both ports listen. */
export async function startEdge(settings: EdgeSettings, world: EdgeWorld): Promise<Edge> {
  const { limits } = settings;
  const smtp = new EdgeServer({
    settings,
    policy: recipientPolicy(settings),
    mails: {
      store: world.store,
      bucket: settings.rawBucket,
      budget: new ByteBudget(limits.inFlightBytes),
      deadlineMs: limits.storeDeadlineSeconds * 1000,
    },
    log: world.log,
  });
  let ready = true;
  const health = healthServer({ ready: () => ready });
  await listen(health, settings.healthPort, settings.listenAddress);
  await listen(smtp.server, settings.smtpPort, settings.listenAddress);

  return {
    smtpPort: portOf(smtp.server),
    healthPort: portOf(health),
    async drain() {
      const deadline = AbortSignal.timeout(settings.drainDeadlineMs);
      ready = false;
      // A balancer goes on sending connections until its health checks have failed.
      await delay(settings.drainDelayMs, undefined, { signal: deadline }).catch(() => {});
      deadline.addEventListener('abort', () => smtp.destroySessions());
      await smtp.drain();
      health.closeAllConnections();
      health.close();
    },
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
