import { afterAll, beforeAll } from 'vitest';
import { type LocalS3, startLocalS3 } from './local-s3.ts';
import { type RawHttp, rawHttp } from './raw-http.ts';

/** A local S3 for all tests of the calling file, with raw HTTP requests to it. Available from `beforeAll` on. */
export function localS3OfFile(): Pick<LocalS3, 'client' | 'store' | 'endpoint' | 'directory'> & { raw: RawHttp } {
  let local: LocalS3;
  beforeAll(async () => {
    local = await startLocalS3();
  });
  afterAll(() => local?.stop());
  return {
    get client() {
      return local.client;
    },
    get store() {
      return local.store;
    },
    get endpoint() {
      return local.endpoint;
    },
    get directory() {
      return local.directory;
    },
    get raw() {
      return rawHttp(local.endpoint);
    },
  };
}
