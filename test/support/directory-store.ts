import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectRef, ObjectStore, PutBody, PutOptions } from '../../core/ports/object-store.ts';

export interface StoredMail {
  key: string;
  bytes: Buffer;
  metadata: Readonly<Record<string, string>>;
}

/** The minimal object store for the edge: objects are files that become visible only when complete. */
export class DirectoryStore implements Pick<ObjectStore, 'put' | 'copy'> {
  readonly #root: string;
  #counter = 0;

  constructor(root: string) {
    this.#root = root;
  }

  async put({ bucket, key }: ObjectRef, body: PutBody, options: PutOptions = {}) {
    const partial = join(this.#root, `partial-${this.#counter++}`);
    await writeFile(partial, body, { signal: options.signal });
    const file = join(this.#root, bucket, encodeURIComponent(key));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.metadata`, JSON.stringify(options.metadata ?? {}));
    await rename(partial, file);
    return { outcome: 'created' as const, versionId: null };
  }

  async copy(from: ObjectRef, to: ObjectRef, options: PutOptions = {}) {
    return this.put(to, await readFile(join(this.#root, from.bucket, encodeURIComponent(from.key))), options);
  }

  /** All objects of a bucket, in key order. */
  async objects(bucket: string): Promise<StoredMail[]> {
    const directory = join(this.#root, bucket);
    const names = await readdir(directory).catch(() => []);
    const files = names.filter((name) => !name.endsWith('.metadata')).sort();
    return Promise.all(
      files.map(async (name) => ({
        key: decodeURIComponent(name),
        bytes: await readFile(join(directory, name)),
        metadata: JSON.parse(await readFile(join(directory, `${name}.metadata`), 'utf8')),
      })),
    );
  }
}
