import { type FileHandle, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedRun } from '../disk/shared-run.ts';
import { syncDirectory } from '../disk/sync-directory.ts';
import { TempBody } from './temp-body.ts';

/** Files per directory. Bodies that arrive together share a directory, and so one fsync of it. */
const FILES_PER_GROUP = 4096;

/** An open directory, and the function that syncs its entries to disk. */
interface Group {
  directory: FileHandle;
  sync: () => Promise<void>;
}

/**
 * Object bodies: each file `objects/<group>/<number>` has the exact bytes of one object. Names are never derived from
 * keys; the journal maps objects to files. `tmp/` holds bodies still being received.
 */
export class BodyFiles {
  readonly #objects: string;
  readonly #temporary: string;
  readonly #groups = new Map<number, Promise<Group>>();
  #next = 1;
  #nextTemporary = 1;

  private constructor(directory: string) {
    this.#objects = join(directory, 'objects');
    this.#temporary = join(directory, 'tmp');
  }

  /** Removes bodies that a killed process was still receiving. */
  static async open(directory: string): Promise<BodyFiles> {
    const files = new BodyFiles(directory);
    await rm(files.#temporary, { recursive: true, force: true });
    await mkdir(files.#temporary, { recursive: true });
    await mkdir(files.#objects, { recursive: true });
    await syncDirectory(directory);
    return files;
  }

  /**
   * Removes orphaned bodies, left by puts and deletes that a kill interrupted. Keeps any other files.
   *
   * @returns the existing bodies
   */
  async sweep(isUsed: (file: string) => boolean): Promise<Set<string>> {
    const present = new Set<string>();
    for (const group of await numbersIn(this.#objects)) {
      for (const name of await numbersIn(join(this.#objects, group))) {
        const file = `${group}/${name}`;
        this.#next = Math.max(this.#next, Number(name) + 1);
        if (isUsed(file)) present.add(file);
        else await this.remove(file);
      }
    }
    return present;
  }

  create(): Promise<TempBody> {
    return TempBody.create(this.#temporaryPath());
  }

  /** Links a published body to a second name, so that copying an object copies no bytes. */
  async createFrom(file: string): Promise<TempBody> {
    const path = this.#temporaryPath();
    await link(this.#path(file), path);
    return TempBody.of(path);
  }

  /**
   * Gives a body its final name. Bytes and name are on disk when this resolves; nothing is left when it rejects. Both
   * fsyncs run concurrently: until the journal refers to the file, either may be lost.
   *
   * @returns the file's name for the journal
   */
  async publish(body: TempBody): Promise<string> {
    const number = this.#next++;
    const group = Math.floor(number / FILES_PER_GROUP);
    const file = `${group}/${number}`;
    const { sync } = await this.#group(group);
    await rename(body.path, this.#path(file));
    try {
      await Promise.all([body.seal(), sync()]);
    } catch (error) {
      await this.remove(file);
      throw error;
    }
    return file;
  }

  /** @throws ENOENT when the object has been deleted or replaced in the meantime */
  open(file: string): Promise<FileHandle> {
    return open(this.#path(file), 'r');
  }

  async remove(file: string): Promise<void> {
    await rm(this.#path(file), { force: true });
  }

  async close(): Promise<void> {
    for (const group of this.#groups.values()) await (await group).directory.close();
  }

  #group(number: number): Promise<Group> {
    const known = this.#groups.get(number);
    if (known !== undefined) return known;
    const created = this.#createGroup(join(this.#objects, String(number)));
    this.#groups.set(number, created);
    // Let the next put try again: the disk may have space by then.
    created.catch(() => this.#groups.delete(number));
    return created;
  }

  async #createGroup(path: string): Promise<Group> {
    await mkdir(path, { recursive: true });
    await syncDirectory(this.#objects);
    const directory = await open(path, 'r');
    return { directory, sync: sharedRun(() => directory.sync()) };
  }

  #path(file: string): string {
    return join(this.#objects, file);
  }

  #temporaryPath(): string {
    return join(this.#temporary, String(this.#nextTemporary++));
  }
}

/** Only numeric names, which are ours; others could be mistaken for the highest number or a directory. */
async function numbersIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => /^\d+$/.test(name));
}
