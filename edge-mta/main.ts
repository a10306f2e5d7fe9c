import { Resolver } from 'node:dns/promises';
import { createS3Client } from '../core/aws/clients.ts';
import { s3ObjectStore } from '../core/aws/s3-object-store.ts';
import { secretReader } from '../core/aws/secrets-manager.ts';
import { withSignedPut } from '../core/aws/signed-put.ts';
import { jsonLog } from '../core/log/log.ts';
import { errorText } from '../core/mail/errors.ts';
import { edgeEnvironment } from '../core/settings/edge.ts';
import { startEdge } from './edge.ts';
import { LineBuffer } from './line-buffer.ts';

/** Connections to the store: as many mails can be on their way at once. */
const MAX_STORE_CONNECTIONS = 500;

const lines = new LineBuffer((text) => process.stdout.write(text));
const log = jsonLog('edge-mta', lines.add);
process.on('exit', () => lines.flush());

async function main(): Promise<void> {
  const settings = edgeEnvironment.decode(process.env);
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  const s3 = createS3Client({ maxSockets: MAX_STORE_CONNECTIONS });
  const edge = await startEdge(settings, {
    store: withSignedPut(s3ObjectStore(s3), s3, MAX_STORE_CONNECTIONS),
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
