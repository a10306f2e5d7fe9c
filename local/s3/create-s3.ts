import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../core/log/log.ts';
import type { SetAside } from '../disk/set-aside.ts';
import { handle } from './handler.ts';
import { Notifier } from './notifier.ts';
import { Store, type StoreChange } from './store.ts';
import { StoredObjects } from './stored-objects.ts';
import { Uploads } from './uploads.ts';

export interface BucketOptions {
  name: string;
  /** Objects whose key ends like this are announced when they are created. Default: none are. */
  notifySuffix?: string;
}

export interface S3Options {
  /** Holds everything; made when absent. One process at a time. */
  directory: string;
  buckets: readonly BucketOptions[];
  /**
   * Takes an `ObjectCreated` notification as S3 would send it (JSON). Called at least once for each object, again after
   * it rejected or after a restart that came before it resolved.
   */
  deliver: (notification: string) => Promise<void>;
  /** Told of every object that was written or deleted, behind the fact. */
  changed?: (change: StoreChange) => void;
  log: Log;
}

export interface S3 {
  /** The same objects without HTTP between, for this process. */
  readonly objects: StoredObjects;
  /** Serves one HTTP request to its end; never rejects. */
  handle(message: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Files of damaged lines of the journal, of this start and of earlier ones. */
  readonly setAside: readonly SetAside[];
  /** Waits for deliveries and writes under way. The HTTP server is to be closed before. */
  close(): Promise<void>;
}

/**
 * The part of S3 that mail and its tools use, on disk. Path style (`/bucket/key`), and `bucket.localhost` as a host.
 *
 * Takes any credentials: neither a signature nor the expiry of a presigned URL is checked, which is why it serves
 * loopback only. Buckets are given, unversioned, in us-east-1; there is no ACL, no encryption, no lifecycle. What is
 * not implemented is answered 501.
 */
export async function createS3(options: S3Options): Promise<S3> {
  const { directory, deliver, log } = options;
  const watched = new Map(options.buckets.map(({ name, notifySuffix }) => [name, notifySuffix]));
  const notifier = new Notifier({ deliver, settle: (id) => store.settle(id), log });
  const store = await Store.open({
    directory,
    buckets: options.buckets.map(({ name }) => name),
    isWatched: (bucket, key) => {
      const suffix = watched.get(bucket);
      return suffix !== undefined && key.endsWith(suffix);
    },
    announce: (event) => notifier.push(event),
    changed: options.changed ?? (() => {}),
    log,
  });
  for (const event of store.undelivered) notifier.push(event);
  const services = { store, uploads: new Uploads(), log };
  return {
    handle: (message, response) => handle(services, message, response),
    objects: new StoredObjects(store),
    setAside: store.setAside,
    async close() {
      await notifier.close();
      await store.close();
    },
  };
}
