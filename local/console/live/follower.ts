import type { Log } from '../../../core/log/log.ts';
import { errorText } from '../../../core/mail/errors.ts';
import { firstMailIdAt, foreignMailId, type MailId } from '../../../core/mail/id.ts';
import {
  deliveryOfKey,
  FAILED_PREFIX,
  failureOfKey,
  isMailKey,
  mailIdOfOutcomeKey,
  mailIdOfRawKey,
  PARSED_PREFIX,
  parsedKey,
  RAW_SUFFIX,
  REDRIVING_PREFIX,
  SES_PREFIX,
} from '../../../core/mail/keys.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import { foreignPlaces, hourOf, ownFolders } from '../../../core/outcome/raw-objects.ts';
import type { MailRow } from '../api/api.ts';
import type { IndexDatabase } from '../index/database.ts';
import { type IndexEntry, indexEntry } from '../index/entry.ts';
import { type MailRecord, type ReadStore, readRecord } from '../mail/record.ts';

/** Documents read concurrently. */
const CONCURRENCY = 8;
/** Mails indexed per transaction while building; one transaction each costs several times as much. */
const TOGETHER = 64;

/** Milliseconds before a changed mail is read, unless a list waits for it: until then its message is on its queue. */
const READ_AFTER_MS = 50;

/** An object that was written, or deleted. */
export interface StoreChange {
  bucket: string;
  key: string;
  at: Date;
}

export interface FollowerOptions {
  store: ReadStore;
  buckets: Buckets;
  /** Ignore anything older; null for no limit. */
  since: Date | null;
  index: IndexDatabase;
  /** Called for each raw mail with the time it was stored. */
  onStored: (id: MailId, at: Date) => void;
  /** Called for each outcome of a mail and each change of it. `isNew` is false for mails stored before the start. */
  onMail: (record: MailRecord, row: MailRow, isNew: boolean) => void;
  log: Log;
}

/** Keeps the index in sync with the store: reads everything once, newest first, then follows changes. */
export class Follower {
  readonly #options: FollowerOptions;
  /** Changed mails not read yet, oldest change first. */
  readonly #changed = new Set<MailId>();
  readonly #reading = new Set<MailId>();
  /** Entries read while building that are not indexed yet. */
  readonly #unwritten = new Map<MailId, { entry: IndexEntry; record: MailRecord }>();
  readonly #busy = new Set<Promise<void>>();
  /** Callers waiting for mails to be read. */
  readonly #waiting = new Set<{ open: Set<MailId>; resolve: () => void }>();
  #building: Promise<void> = Promise.resolve();
  #total: number | null = null;
  #ready = false;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  get state(): { ready: boolean; total: number | null } {
    return { ready: this.#ready, total: this.#total };
  }

  /** May be called for any object, including those unrelated to mails. */
  changed({ bucket, key, at }: StoreChange): void {
    const { buckets, index, onStored } = this.#options;
    if (bucket === buckets.raw) {
      const id = idOfRaw(buckets.raw, key, at);
      if (id !== null) onStored(id, at);
    }
    if (bucket !== buckets.content) return;
    const delivered = deliveryOfKey(key)?.id ?? null;
    const id = idOfOutcome(key) ?? (delivered !== null && index.row(delivered)?.state === 'failed' ? delivered : null);
    if (id === null || this.#stopped) return;
    this.#changed.add(id);
    this.#timer ??= setTimeout(() => this.#readChanged(), READ_AFTER_MS);
  }

  /** Resolves when all changes so far are indexed; does not wait for later ones. */
  settled(): Promise<void> {
    const open = new Set([...this.#changed, ...this.#reading]);
    if (open.size === 0) return Promise.resolve();
    this.#readChanged();
    return new Promise((resolve) => this.#waiting.add({ open, resolve }));
  }

  /** Reads all stored mails. Rejects when the store cannot be listed. */
  build(): Promise<void> {
    this.#building = this.#build();
    return this.#building;
  }

  async #build(): Promise<void> {
    const { index } = this.#options;
    const failed = await this.#listFailed();
    const ids = await this.#listParsed(failed);
    await this.#listStored();
    this.#total = ids.length;
    const queue = ids.values();
    const work = async () => {
      for (const id of queue) {
        if (this.#stopped) return;
        if (index.row(id) === null && this.#isFree(id)) await this.#read(id, failed.has(id), false);
        this.#wake();
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    this.#write();
    this.#ready = !this.#stopped;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#clearTimer();
    await this.#building.catch(() => {});
    await Promise.all(this.#busy);
  }

  #readChanged(): void {
    this.#clearTimer();
    while (this.#changed.size > 0 && this.#busy.size < CONCURRENCY) this.#wake();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake(): void {
    if (this.#changed.size === 0 || this.#busy.size >= CONCURRENCY) return;
    const work = this.#workOff().finally(() => this.#busy.delete(work));
    this.#busy.add(work);
  }

  async #workOff(): Promise<void> {
    for (let id = this.#nextChanged(); id !== null && !this.#stopped; id = this.#nextChanged()) {
      this.#changed.delete(id);
      await this.#read(id, true, true);
    }
  }

  /** A mail is never read twice concurrently, so that the last read sees the last state. */
  #nextChanged(): MailId | null {
    for (const id of this.#changed) if (!this.#reading.has(id)) return id;
    return null;
  }

  #isFree(id: MailId): boolean {
    return !this.#changed.has(id) && !this.#reading.has(id);
  }

  async #read(id: MailId, mayHaveFailed: boolean, isNew: boolean): Promise<void> {
    const { store, buckets, index, onMail, log } = this.#options;
    this.#reading.add(id);
    this.#unwritten.delete(id);
    try {
      const record = await readRecord(store, buckets, id, mayHaveFailed);
      if (record === null || (record.documentAt === null && record.failures.length === 0)) {
        index.remove(id);
        return;
      }
      const entry = indexEntry(record);
      if (!isNew) {
        this.#unwritten.set(id, { entry, record });
        if (this.#unwritten.size >= TOGETHER) this.#write();
        return;
      }
      index.put([entry]);
      onMail(record, entry.row, isNew);
    } catch (error) {
      log.warn('the console could not read a mail', { mailId: id, error: errorText(error) });
    } finally {
      this.#reading.delete(id);
      // It changed while being read, so wait for the next read.
      if (!this.#changed.has(id)) this.#settle(id);
    }
  }

  #write(): void {
    const { index, onMail } = this.#options;
    const written = [...this.#unwritten.values()];
    this.#unwritten.clear();
    index.put(written.map(({ entry }) => entry));
    for (const { entry, record } of written) onMail(record, entry.row, false);
  }

  #settle(id: MailId): void {
    for (const waiting of this.#waiting) {
      if (!waiting.open.delete(id) || waiting.open.size > 0) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }

  async #listFailed(): Promise<Set<MailId>> {
    const { store, buckets, since } = this.#options;
    const ids = new Set<MailId>();
    for (const prefix of [FAILED_PREFIX, REDRIVING_PREFIX]) {
      for await (const { key, lastModified } of store.list(buckets.content, { prefix })) {
        const id = idOfOutcome(key);
        if (id !== null && (since === null || lastModified >= since)) ids.add(id);
      }
    }
    return ids;
  }

  /** Parsed and failed mails, newest first. */
  async #listParsed(failed: ReadonlySet<MailId>): Promise<MailId[]> {
    const { store, buckets, since } = this.#options;
    const ids = new Set(failed);
    const startAfter = since === null ? PARSED_PREFIX : hourOf(parsedKey(firstMailIdAt(since)));
    for await (const { key } of store.list(buckets.content, { prefix: PARSED_PREFIX, startAfter })) {
      const id = mailIdOfOutcomeKey(key);
      if (id !== null) ids.add(id);
    }
    return [...ids].sort().reverse();
  }

  async #listStored(): Promise<void> {
    const { store, buckets, since, onStored } = this.#options;
    const window = { since, until: null };
    for (const objects of [ownFolders(store, buckets.raw, window), foreignPlaces(store, buckets.raw, window, {})]) {
      for await (const { key, lastModified } of objects) {
        const id = idOfRaw(buckets.raw, key, lastModified);
        if (id !== null) onStored(id, lastModified);
      }
    }
  }
}

const idOfOutcome = (key: string): MailId | null =>
  mailIdOfOutcomeKey(key) ??
  failureOfKey(key.startsWith(REDRIVING_PREFIX) ? key.replace(REDRIVING_PREFIX, FAILED_PREFIX) : key)?.id ??
  null;

function idOfRaw(bucket: string, key: string, at: Date): MailId | null {
  if (!isMailKey(key)) return null;
  const own = mailIdOfRawKey(key);
  if (own !== null) return own;
  return key.endsWith(RAW_SUFFIX) || key.startsWith(SES_PREFIX) ? foreignMailId({ bucket, key }, at) : null;
}
