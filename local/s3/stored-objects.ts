import type { ListedObject, ObjectHead, ObjectRef, ObjectStore } from '../../core/ports/object-store.ts';
import { compareKeys } from './key-order.ts';
import type { StoredObject } from './record.ts';
import type { Store } from './store.ts';

/** Keys copied from the table at a time, because it may change in between. */
const LISTED = 1_000;

/** Reads objects of the local S3 directly in its process, in a tenth of the time of a request. */
export class StoredObjects implements Pick<ObjectStore, 'get' | 'head' | 'list'> {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get: ObjectStore['get'] = async ({ bucket, key }, { range } = {}) => {
    if (this.#store.table(bucket).get(key) === undefined) return null;
    const { object, body } = await this.#store.open(bucket, key);
    return { ...headOf(object), body: body.createReadStream(range ?? {}) };
  };

  async head({ bucket, key }: ObjectRef): Promise<ObjectHead | null> {
    const object = this.#store.table(bucket).get(key);
    return object === undefined ? null : headOf(object);
  }

  async *list(bucket: string, { prefix = '', startAfter = '' }: Parameters<ObjectStore['list']>[1] = {}) {
    const isPrefixLater = compareKeys(prefix, startAfter) > 0;
    let after = startAfter;
    for (let from = isPrefixLater ? prefix : startAfter; ; from = after) {
      const listed: ListedObject[] = [];
      for (const { key, size, modified } of this.#store.table(bucket).from(from)) {
        if (!key.startsWith(prefix) || listed.length === LISTED) break;
        if (key !== after) listed.push({ key, size, lastModified: new Date(modified) });
      }
      yield* listed;
      const last = listed.at(-1);
      if (last === undefined || listed.length < LISTED) return;
      after = last.key;
    }
  }
}

const headOf = ({ size, modified, etag, headers, metadata }: StoredObject): ObjectHead => ({
  size,
  lastModified: new Date(modified),
  etag: `"${etag}"`,
  contentType: headers['content-type'] ?? null,
  metadata,
  versionId: null,
});
