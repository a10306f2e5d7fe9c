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
  /** Creation events are sent for keys with this suffix. Default: no events. */
  notifySuffix?: string;
}

export interface S3Options {
  /** Folder for all data; created if missing. One process at a time. */
  directory: string;
  buckets: readonly BucketOptions[];
  /**
   * Receives `ObjectCreated` notifications in the format of S3 (JSON). Called at least once per object: again after a
   * rejection, or after a restart before it resolved.
   */
  deliver: (notification: string) => Promise<void>;
  /** Called after an object was written or deleted. */
  changed?: (change: StoreChange) => void;
  log: Log;
}

export interface S3 {
  /** Direct access to the objects in this process, without HTTP. */
  readonly objects: StoredObjects;
  /** Serves one HTTP request to completion; never rejects. */
  handle(message: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Files with damaged journal lines, from this start and earlier ones. */
  readonly setAside: readonly SetAside[];
  /** Waits for pending deliveries and writes. Close the HTTP server first. */
  close(): Promise<void>;
}

/**
 * A subset of S3 on disk, as used by the pipeline and common tools. Path style (`/bucket/key`), and `bucket.localhost`
 * as a host.
 *
 * Accepts any credentials: checks neither signatures nor the expiry of presigned URLs, and therefore serves loopback
 * only. Buckets are predefined, unversioned and in us-east-1, without ACLs, encryption or lifecycle. Answers 501 to
 * anything not implemented.
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
