import type { Log } from '../../core/log/log.ts';
import type { Reply } from './reply.ts';
import type { S3Request } from './request.ts';
import type { Store } from './store.ts';
import type { Uploads } from './uploads.ts';

/** What every operation works with. */
export interface Services {
  store: Store;
  uploads: Uploads;
  log: Log;
}

/** A request whose bucket and key are known to be there. The key is empty for operations on a bucket. */
export type Target = S3Request & { bucket: string; key: string };

export type Operation = (services: Services, request: Target) => Promise<Reply> | Reply;
