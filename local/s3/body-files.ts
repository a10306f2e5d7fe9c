import { type FileHandle, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedRun } from '../disk/shared-run.ts';
import { syncDirectory } from '../disk/sync-directory.ts';
import { TempBody } from './temp-body.ts';

/** Files of one directory. Bodies that arrive together share a directory, and so one fsync of it. */
const FILES_PER_GROUP = 4096;

/** An open directory, and what puts the names in it on disk. */
interface Group {
  directory: FileHandle;
  sync: () => Promise<void>;
}

/**
 * The bodies: `objects/<group>/<number>`, each file the exact bytes of one object. A name never comes from a key; the
 * journal says which object a file belongs to. `tmp/` holds what is still on its way in.
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

  /** Removes what a killed process was still receiving. */
  static async open(directory: string): Promise<BodyFiles> {
    const files = new BodyFiles(directory);
    await rm(files.#temporary, { recursive: true, force: true });
    await mkdir(files.#temporary, { recursive: true });
    await mkdir(files.#objects, { recursive: true });
    await syncDirectory(directory);
    return files;
  }

  /**
   * Removes bodies that no object has: those of puts and deletes that a kill cut in two. Whatever else somebody left
   * beside them stays.
   *
   * @returns the bodies that are there
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

  /** A second name for a published body: copying an object costs no bytes. */
  async createFrom(file: string): Promise<TempBody> {
    const path = this.#temporaryPath();
    await link(this.#path(file), path);
    return TempBody.of(path);
  }

  /**
   * Gives a body its final name. Bytes and name are on disk when this resolves; when it rejects nothing is left. Both
   * fsyncs go together: until the journal names the file, either of them may be lost.
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

  /** @throws ENOENT when the object was deleted or replaced meanwhile */
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
    // The next put tries again: the disk was full, and may not be then.
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

/** Names that are ours: all others would be taken for the highest number, or for a directory. */
async function numbersIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => /^\d+$/.test(name));
}
