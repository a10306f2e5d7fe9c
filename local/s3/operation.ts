import type { Log } from '../../core/log/log.ts';
import type { Reply } from './reply.ts';
import type { S3Request } from './request.ts';
import type { Store } from './store.ts';
import type { Uploads } from './uploads.ts';

/** Dependencies of all operations. */
export interface Services {
  store: Store;
  uploads: Uploads;
  log: Log;
}

/** A request with a bucket and a key. The key is empty for operations on a bucket. */
export type Target = S3Request & { bucket: string; key: string };

export type Operation = (services: Services, request: Target) => Promise<Reply> | Reply;
