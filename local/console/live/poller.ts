import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../../core/log/log.ts';
import { errorText } from '../../../core/mail/errors.ts';
import { firstMailIdAt } from '../../../core/mail/id.ts';
import { FAILED_PREFIX, failedKey, PARSED_PREFIX, parsedKey, RAW_PREFIX, rawKey } from '../../../core/mail/keys.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import { hourOf } from '../../../core/outcome/raw-objects.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { StoreChange } from './follower.ts';

/** Maximum milliseconds from the arrival of a mail to its document, including asynchronous enrichment. */
const LATE_MS = 3_600_000;
/** Maximum share of time spent on listings, which are long in a busy deployment. */
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
 * Polls a store without notifications: repeatedly lists the keys of the last hour and remembers only those. Each poll
 * costs one request per 1,000 mails of that hour, at least three.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #stop = new AbortController();
  /** Time and size of each key in the last listing; the size matters because S3 times have no fractions of a second. */
  #seen = new Map<string, string>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Treats everything stored now as known. */
  async start(): Promise<void> {
    await this.#look(() => {});
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Polls once, so that tests need not wait. */
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
      // A deleted failure means a redrive. Keys too old to be listed are not gone.
      const [bucket = '', ...key] = place.split('/');
      const isFailure = key[0] === FAILED_PREFIX.slice(0, -1);
      if (isFailure && !seen.has(place)) changed({ bucket, key: key.join('/'), at: new Date(clock()) });
    }
    this.#seen = seen;
  }
}
