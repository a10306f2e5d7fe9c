import { type FileHandle, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../core/log/log.ts';
import { listSetAside, type SetAside, setAside } from '../disk/set-aside.ts';
import { BodyFiles } from './body-files.ts';
import { noSuchKey, S3Error, systemCode } from './errors.ts';
import { Journal } from './journal.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { ObjectTable } from './object-table.ts';
import { type CreatedEvent, type CreatedEventName, decodeTransaction, type StoredObject } from './record.ts';
import { State } from './state.ts';
import type { TempBody } from './temp-body.ts';

/** At start, a longer journal is rewritten if less than half of it is still current. */
const COMPACT_FROM_BYTES = 1024 * 1024;

export interface StoreOptions {
  directory: string;
  buckets: readonly string[];
  /** Whether to record an ObjectCreated event for the object. */
  isWatched: (bucket: string, key: string) => boolean;
  /** Called for each recorded event as soon as its object is visible. */
  announce: (event: CreatedEvent) => void;
  /** Called for every write or delete as soon as it is visible. */
  changed: (change: StoreChange) => void;
  log: Log;
}

export interface StoreChange {
  bucket: string;
  key: string;
  at: Date;
}

/** The properties of an object known to a put; the store adds the rest. */
export type NewObject = Omit<StoredObject, 'file' | 'modified'>;

/**
 * Objects on disk. The journal is the source of truth: an object exists if its record does, and the same transaction
 * contains its event. The steps of a put:
 *
 *     rename → fsync(body), fsync(directory) → append to the journal, fdatasync → visible → answer
 *
 * A kill or a power failure at any point leaves the object either complete or absent.
 */
export class Store {
  /** Files with damaged journal lines, from this start and earlier ones. */
  readonly setAside: readonly SetAside[];
  readonly #options: StoreOptions;
  readonly #files: BodyFiles;
  readonly #journal: Journal;
  readonly #state: State;
  readonly #locks = new KeyedLock();

  private constructor(
    options: StoreOptions,
    files: BodyFiles,
    journal: Journal,
    state: State,
    setAside: readonly SetAside[],
  ) {
    this.#options = options;
    this.setAside = setAside;
    this.#files = files;
    this.#journal = journal;
    this.#state = state;
  }

  static async open(options: StoreOptions): Promise<Store> {
    const { directory, log } = options;
    // No other user of the machine may read the mails.
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const files = await BodyFiles.open(directory);
    const state = new State();
    const { journal, whole, damage } = await openJournal(directory, state, log);
    for (const bucket of options.buckets) state.table(bucket);
    const store = new Store(options, files, journal, state, damage);
    await store.#matchBodies(whole);
    return store;
  }

  get buckets(): string[] {
    return [...this.#options.buckets];
  }

  /** Unsettled events, oldest first. */
  get undelivered(): CreatedEvent[] {
    return [...this.#state.undelivered.values()];
  }

  table(bucket: string): ObjectTable {
    const table = this.#options.buckets.includes(bucket) ? this.#state.tables.get(bucket) : undefined;
    if (table === undefined) throw new S3Error(404, 'NoSuchBucket', `The specified bucket does not exist: ${bucket}`);
    return table;
  }

  get(bucket: string, key: string): StoredObject {
    const object = this.table(bucket).get(key);
    if (object === undefined) throw noSuchKey(key);
    return object;
  }

  /** The object with its open body; the caller closes it. */
  async open(bucket: string, key: string): Promise<{ object: StoredObject; body: FileHandle }> {
    const object = this.get(bucket, key);
    try {
      return { object, body: await this.#files.open(object.file) };
    } catch (error) {
      // Replaced or deleted between the two lines above: try again.
      if (systemCode(error) === 'ENOENT' && this.table(bucket).get(key)?.file !== object.file)
        return this.open(bucket, key);
      throw error;
    }
  }

  createBody(): Promise<TempBody> {
    return this.#files.create();
  }

  copyBody(object: StoredObject): Promise<TempBody> {
    return this.#files.createFrom(object.file);
  }

  /**
   * Turns a body into an object. It is visible to all when this resolves, and to no one when it rejects.
   *
   * @param condition throws unless the existing object satisfies the writer's condition
   */
  async put(
    object: NewObject,
    body: TempBody,
    { condition, event }: { condition: (previous: StoredObject | undefined) => void; event: CreatedEventName },
  ): Promise<StoredObject> {
    const { bucket, key } = object;
    const table = this.table(bucket);
    return this.#locks.run(`${bucket}/${key}`, async () => {
      const previous = table.get(key);
      condition(previous);
      const file = await this.#files.publish(body);
      const stored = { ...object, file, modified: Date.now() };
      const created = this.#options.isWatched(bucket, key) ? createdEvent(stored, event) : null;
      try {
        const put = { op: 'put', object: stored };
        await this.#journal.append(created ? [put, { op: 'event', event: created }] : [put]);
      } catch (error) {
        await this.#files.remove(file);
        throw error;
      }
      table.set(stored);
      if (created) {
        this.#state.undelivered.set(created.id, created);
        this.#options.announce(created);
      }
      this.#options.changed({ bucket, key, at: new Date(stored.modified) });
      if (previous) await this.#removeBody(previous.file);
      return stored;
    });
  }

  /** Deleting a missing object succeeds. */
  async delete(bucket: string, key: string): Promise<void> {
    const table = this.table(bucket);
    return this.#locks.run(`${bucket}/${key}`, async () => {
      const object = table.get(key);
      if (object === undefined) return;
      await this.#journal.append([{ op: 'delete', bucket, key }]);
      table.delete(key);
      this.#options.changed({ bucket, key, at: new Date() });
      await this.#removeBody(object.file);
    });
  }

  async setTags(bucket: string, key: string, tags: StoredObject['tags']): Promise<void> {
    return this.#locks.run(`${bucket}/${key}`, async () => {
      const object = { ...this.get(bucket, key), tags };
      await this.#journal.append([{ op: 'put', object }]);
      this.table(bucket).set(object);
    });
  }

  /** The event was delivered. Not awaited: after a crash it may be delivered again, as S3 does occasionally. */
  settle(id: string): void {
    this.#state.undelivered.delete(id);
    this.#journal.appendSoon([{ op: 'delivered', id }]);
  }

  /** Waits for writes in progress. */
  async close(): Promise<void> {
    await this.#journal.close();
    await this.#files.close();
  }

  /**
   * Removes orphaned bodies, unless the journal was damaged: they may belong to a lost object. Reports and drops
   * objects whose body is missing, with their events.
   */
  async #matchBodies(journalIsWhole: boolean): Promise<void> {
    const objects = [...this.#state.tables.values()].flatMap((table) => [...table.values()]);
    const used = new Set(objects.map(({ file }) => file));
    const present = await this.#files.sweep((file) => used.has(file) || !journalIsWhole);
    for (const { bucket, key, file } of objects) {
      if (present.has(file)) continue;
      this.#options.log.error('the file of an object is missing; the object was dropped', { bucket, key, file });
      this.#state.table(bucket).delete(key);
      this.#state.undelivered.delete(file);
    }
  }

  async #removeBody(file: string): Promise<void> {
    try {
      await this.#files.remove(file);
    } catch (error) {
      this.#options.log.warn('an orphaned body could not be removed; it stays until the next start', { file, error });
    }
  }
}

async function openJournal(
  directory: string,
  state: State,
  log: Log,
): Promise<{ journal: Journal; whole: boolean; damage: SetAside[] }> {
  const path = join(directory, 'journal.ndjson');
  let records = 0;
  const { journal, torn, damaged } = await Journal.open(path, (transaction) => {
    for (const record of decodeTransaction(transaction)) {
      state.apply(record);
      records++;
    }
  });
  if (torn) log.warn('the journal ended in an incomplete line, which was never acknowledged', { path });
  if (damaged.length > 0) {
    const message = 'the journal is damaged and objects may be missing; orphaned files are kept';
    log.error(message, { path, lines: damaged.length });
    await setAside(path, damaged);
  }
  const damage = await listSetAside(directory);
  // An empty journal may be new, or the rest of a long one.
  const whole = damage.length === 0 && records > 0;
  const isLong = whole && journal.size >= COMPACT_FROM_BYTES && records >= 2 * state.size;
  if (damaged.length === 0 && !isLong) return { journal, whole, damage };
  await journal.close();
  try {
    await Journal.rewrite(path, state.transactions());
  } catch (error) {
    // Without a new journal, the next start would set the same lines aside again and overwrite the last one.
    if (damaged.length > 0) throw error;
    log.warn('the journal could not be rewritten and is unchanged', { error });
  }
  return { journal: (await Journal.open(path, () => {})).journal, whole, damage };
}

function createdEvent(object: StoredObject, name: CreatedEventName): CreatedEvent {
  const { file, bucket, key, size, etag, modified } = object;
  return { id: file, name, bucket, key, size, etag, time: modified };
}
