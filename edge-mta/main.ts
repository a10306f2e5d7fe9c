import { Resolver } from 'node:dns/promises';
import { leanS3 } from '../core/aws/lean/lean-object-store.ts';
import { secretReader } from '../core/aws/secrets-manager.ts';
import { jsonLog } from '../core/log/log.ts';
import { errorText } from '../core/mail/errors.ts';
import { edgeEnvironment } from '../core/settings/edge.ts';
import { startEdge } from './edge.ts';
import { LineBuffer } from './line-buffer.ts';

/** Connections to the store, and so the number of mails that can be stored concurrently. */
const MAX_STORE_CONNECTIONS = 500;

const lines = new LineBuffer((text) => process.stdout.write(text));
const log = jsonLog('edge-mta', lines.add);
process.on('exit', () => lines.flush());

async function main(): Promise<void> {
  const settings = edgeEnvironment.decode(process.env);
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  const edge = await startEdge(settings, {
    store: leanS3(process.env, MAX_STORE_CONNECTIONS),
    readSecret: secretReader(),
    resolve4: (name) => resolver.resolve4(name, { ttl: true }),
    log,
    writeLine: lines.add,
  });

  let draining = false;
  const stop = (signal: string) => {
    if (draining) return;
    draining = true;
    log.info('draining', { signal });
    edge.drain().then(() => {
      log.info('drained');
      process.exit(0);
    }, fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => void edge.reloadCertificate());
  log.info('listening', { smtpPort: edge.smtpPort, healthPort: edge.healthPort });
}

function fail(error: unknown): void {
  log.error('edge stops', { reason: errorText(error) });
  process.exit(1);
}

process.on('uncaughtException', fail);
main().catch(fail);
