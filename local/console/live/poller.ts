import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../../core/log/log.ts';
import { errorText } from '../../../core/mail/errors.ts';
import { firstMailIdAt } from '../../../core/mail/id.ts';
import { FAILED_PREFIX, failedKey, PARSED_PREFIX, parsedKey, RAW_PREFIX, rawKey } from '../../../core/mail/keys.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import { hourOf } from '../../../core/outcome/raw-objects.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { StoreChange } from './follower.ts';

/** A mail that waits for enrichment gets its document that long after it came, at most. Milliseconds. */
const LATE_MS = 3_600_000;
/** Of the time, the share that listings may take: in a busy deployment they are long. */
const SHARE = 0.1;

export interface PollerOptions {
  store: Pick<ObjectStore, 'list'>;
  buckets: Buckets;
  changed: (change: StoreChange) => void;
  everyMs: number;
  clock: () => number;
  log: Log;
}

/**
 * Notices what changes in a store that tells nobody: lists what the last hour may have brought, again and again. Only the
 * keys of that hour are remembered. It costs a request for each 1,000 mails of that hour, three at least.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #stop = new AbortController();
  /** When each key of the last listing was written, and its size: times of S3 have no fractions of a second. */
  #seen = new Map<string, string>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** What is there now counts as known. */
  async start(): Promise<void> {
    await this.#look(() => {});
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** One look; tests need not wait for the next. */
  look(): Promise<void> {
    return this.#look(this.#options.changed);
  }

  async #run(): Promise<void> {
    const { everyMs, log } = this.#options;
    const { signal } = this.#stop;
    for (let waitMs = everyMs; ; ) {
      await delay(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const began = performance.now();
      await this.look().catch((error: unknown) => log.warn('the console could not list', { error: errorText(error) }));
      waitMs = Math.max(everyMs, (performance.now() - began) / SHARE);
    }
  }

  async #look(changed: (change: StoreChange) => void): Promise<void> {
    const { store, buckets, clock } = this.#options;
    const first = firstMailIdAt(new Date(clock() - LATE_MS));
    const places = [
      { bucket: buckets.raw, prefix: RAW_PREFIX, startAfter: hourOf(rawKey(first)) },
      { bucket: buckets.content, prefix: PARSED_PREFIX, startAfter: hourOf(parsedKey(first)) },
      { bucket: buckets.content, prefix: FAILED_PREFIX, startAfter: failedKey(first) },
    ];
    const seen = new Map<string, string>();
    for (const { bucket, ...from } of places) {
      for await (const { key, size, lastModified: at } of store.list(bucket, from)) {
        if (this.#stop.signal.aborted) return;
        const version = `${at.getTime()} ${size}`;
        seen.set(`${bucket}/${key}`, version);
        if (this.#seen.get(`${bucket}/${key}`) !== version) changed({ bucket, key, at });
      }
    }
    for (const place of this.#seen.keys()) {
      // Redriven: the failure was deleted. What is too old to be listed has not gone.
      const [bucket = '', ...key] = place.split('/');
      const isFailure = key[0] === FAILED_PREFIX.slice(0, -1);
      if (isFailure && !seen.has(place)) changed({ bucket, key: key.join('/'), at: new Date(clock()) });
    }
    this.#seen = seen;
  }
}
