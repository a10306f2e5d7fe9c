import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../core/aws/clients.ts';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { jsonLog, type Log } from '../../core/log/log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createAwsServer } from '../../local/http/server.ts';
import { type BucketOptions, createS3, type S3 } from '../../local/s3/create-s3.ts';
import type { StoreChange } from '../../local/s3/store.ts';

export interface LocalS3 {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  client: S3Client;
  store: ObjectStore;
  /** The same objects, without HTTP. */
  objects: S3['objects'];
  directory: string;
  /** Stops the server and removes its directory, unless the caller passed one. */
  stop(): Promise<void>;
}

export interface LocalS3Options {
  directory?: string;
  buckets?: readonly BucketOptions[];
  deliver?: (notification: string) => Promise<void>;
  changed?: (change: StoreChange) => void;
  log?: Log;
}

const DEFAULT_BUCKETS = [{ name: 'raw-mail' }, { name: 'mail-content' }];

/** Starts the local S3 server on a free port of 127.0.0.1, with a client for it. */
export async function startLocalS3(options: LocalS3Options = {}): Promise<LocalS3> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'local-s3-')));
  const s3 = await createS3({
    directory,
    buckets: options.buckets ?? DEFAULT_BUCKETS,
    deliver: options.deliver ?? (async () => {}),
    changed: options.changed ?? (() => {}),
    log: options.log ?? jsonLog('local-s3', () => {}),
  });
  const server = createAwsServer((message, response) => void s3.handle(message, response));
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  const client = localS3Client(endpoint);
  return {
    endpoint,
    client,
    store: s3ObjectStore(client),
    objects: s3.objects,
    directory,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await s3.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A client with dummy credentials, for a server that checks none. */
export function localS3Client(endpoint: string, options: { maxAttempts?: number } = {}): S3Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return createS3Client({ endpoint, region: 'us-east-1', credentials, ...options });
}
