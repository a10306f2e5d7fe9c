import { buffer } from 'node:stream/consumers';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectRef, ObjectStore } from '../../core/ports/object-store.ts';

export interface ObjectStoreUnderTest {
  store: ObjectStore;
  /** The client under the store, for what the port does not expose (unfinished uploads). */
  client: S3Client;
  bucket: string;
  /** Prefix of every key of a run. */
  prefix: string;
  close(): Promise<void>;
}

export const refOf = ({ bucket, prefix }: ObjectStoreUnderTest, key: string): ObjectRef => ({
  bucket,
  key: prefix + key,
});

export async function readWhole(
  store: ObjectStore,
  ref: ObjectRef,
  range?: { start: number; end: number },
): Promise<Buffer | null> {
  const object = await store.get(ref, range ? { range } : {});
  return object && (await buffer(object.body));
}

/** Keys in listing order, without the prefix of the run. */
export async function keysBelow(
  { store, bucket, prefix }: ObjectStoreUnderTest,
  below: string,
  startAfter?: string,
): Promise<string[]> {
  const keys: string[] = [];
  const options = startAfter === undefined ? {} : { startAfter: prefix + startAfter };
  for await (const { key } of store.list(bucket, { prefix: prefix + below, ...options })) {
    keys.push(key.slice(prefix.length));
  }
  return keys;
}
