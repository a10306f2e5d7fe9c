import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { Buckets } from '../../core/outcome/mail-outcomes.ts';
import type { Faults, IndexState, Latency, MailDetail, MailPage, MailRow, PageState, ThreadMail } from './api/api.ts';
import type { ConsoleAssets } from './assets.ts';
import { contentEndpoints } from './content/endpoints.ts';
import type { ContentDeps } from './content/serve-content.ts';
import { endpoints } from './endpoints.ts';
import { ApiRouter, type Endpoint } from './http/router.ts';
import { PageToken } from './http/security.ts';
import { IndexDatabase, type IndexQuery } from './index/database.ts';
import type { Known } from './known.ts';
import { FlowFigures } from './live/figures.ts';
import { FlowPicture, type WatchedQueue } from './live/flow.ts';
import { Follower, type StoreChange } from './live/follower.ts';
import { EventHub } from './live/hub.ts';
import type { SentMessage } from './live/sent-message.ts';
import { mailDetail } from './mail/detail.ts';
import { type ReadStore, readRecord } from './mail/record.ts';
import { consoleListener } from './server.ts';

/** Mails shown of a conversation. */
const THREAD = 100;
/** How long a list request waits for mails that have just arrived to be indexed. */
const SETTLE_MS = 500;
/** How often figures are pushed to open pages. */
const TICK_MS = 1_000;

export interface ConsoleOptions {
  store: ReadStore;
  buckets: Buckets;
  place: PageState['place'];
  version: string;
  assets: ConsoleAssets;
  /** Older mails are ignored; null for no limit. */
  since: Date | null;
  queues: readonly WatchedQueue[];
  /** How long a queue depth stays fresh, and the resolution of the store's times. */
  queuesEveryMs: number;
  resolutionMs: number;
  /** `queue` if `sent` is called. */
  latencyUntil: Latency['until'];
  /** Fault injected into the store; null where injection is unavailable. */
  storeFault: () => Faults['store'] | null;
  /** Called for each mail that reached a queue or failed. */
  became: (id: string, outcome: 'queued' | 'failed') => void;
  /** Draws pages of PDFs. */
  pages: ContentDeps['pages'];
  /** Actions available here. */
  actions: readonly Endpoint[];
  log: Log;
}

/** The state of the console: the mails of a store and the flow through the pipeline, updated by `changed`. */
export class Console implements Known {
  /** Answers the requests of browsers. */
  readonly listener: RequestListener;
  readonly hub = new EventHub();
  readonly flow: FlowPicture;
  readonly index = new IndexDatabase();
  readonly #options: ConsoleOptions;
  readonly #token = new PageToken();
  readonly #figures: FlowFigures;
  readonly #follower: Follower;
  readonly #timer: NodeJS.Timeout;
  #published = { flow: '', index: '' };

  constructor(options: ConsoleOptions) {
    const { store, buckets, since, queues, queuesEveryMs, resolutionMs, storeFault } = options;
    const { latencyUntil, became, assets, pages, actions, log } = options;
    this.#options = options;
    this.#figures = new FlowFigures({ clock: Date.now, until: latencyUntil });
    this.#follower = new Follower({
      store,
      buckets,
      since,
      index: this.index,
      onStored: (id, at) => this.#figures.stored(id, at),
      onMail: (record, row, isNew) => {
        this.#figures.outcome(record);
        if (isNew && row.state === 'failed') became(row.id, 'failed');
        if (isNew) this.hub.publish('mail', row);
      },
      log,
    });
    const indexState = () => this.indexState;
    this.flow = new FlowPicture({
      figures: this.#figures,
      queues,
      queuesEveryMs,
      resolutionMs,
      storeFault,
      indexState,
      clock: Date.now,
    });
    const router = new ApiRouter(
      [...endpoints(this), ...contentEndpoints({ store, buckets }), ...actions],
      this.#token,
    );
    this.listener = consoleListener({ known: this, router, store, buckets, assets, pages, log });
    this.#timer = setInterval(() => void this.#tick(), TICK_MS).unref();
  }

  /** Indexes the stored mails. Resolves when done; logs an error if the store cannot be read. */
  async build(): Promise<void> {
    try {
      await this.#follower.build();
    } catch (error) {
      this.#options.log.error('the console could not list the mails', { error: errorText(error) });
    }
  }

  /** Reports an object that was written or deleted. */
  changed(change: StoreChange): void {
    this.#follower.changed(change);
  }

  /** Reports a mail that the edge rejected after DATA. @param reply its code, `451 4.3.0` */
  refused(reply: string, at: Date): void {
    this.#figures.refused(reply, at);
  }

  /** Reports that a destination has confirmed a mail. */
  sent({ id, destination, revision, at }: SentMessage): void {
    this.#figures.sent(id, destination, revision, at);
    this.#options.became(id, 'queued');
  }

  get indexState(): IndexState {
    const { ready, total } = this.#follower.state;
    const { since } = this.#options;
    const first = Math.max(this.index.since ?? 0, since?.getTime() ?? 0);
    return {
      state: ready ? 'ready' : 'building',
      mails: this.index.mails,
      total,
      since: first === 0 ? null : new Date(first).toISOString(),
    };
  }

  async page(query: IndexQuery): Promise<MailPage> {
    await this.#settled();
    const { rows, older } = this.index.page(query);
    return { mails: rows, older, index: this.indexState };
  }

  async mail(id: string): Promise<MailDetail | null> {
    const { store, buckets } = this.#options;
    const record = await readRecord(store, buckets, id);
    if (record === null) return null;
    await this.#settled();
    const threadId = record.document?.threadId ?? null;
    const thread = threadId === null ? [] : this.index.thread(threadId, THREAD);
    return mailDetail(store, buckets.content, record, thread.length > 1 ? thread.map(threadMail) : []);
  }

  pageState(first: Pick<PageState, 'event' | 'mails' | 'mail'>): PageState {
    const { place, version } = this.#options;
    return { token: this.#token.text, place, version, ...first };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.hub.close();
    await this.#follower.stop();
    this.index.close();
  }

  async #settled(): Promise<void> {
    const stop = new AbortController();
    const late = delay(SETTLE_MS, undefined, { signal: stop.signal, ref: false }).catch(() => {});
    await Promise.race([this.#follower.settled(), late]);
    stop.abort();
  }

  /** Pushes the changes since the last tick to open pages. */
  async #tick(): Promise<void> {
    if (this.hub.clients === 0) return;
    const flow = await this.flow.now();
    const { at: _, ...figures } = flow;
    const published = { flow: JSON.stringify(figures), index: JSON.stringify(flow.index) };
    if (published.flow !== this.#published.flow) this.hub.publish('flow', flow);
    if (published.index !== this.#published.index) this.hub.publish('index', flow.index);
    this.#published = published;
  }
}

const threadMail = ({ id, receivedAt, from, subject, snippet, state }: MailRow): ThreadMail => ({
  id,
  receivedAt,
  from,
  subject,
  snippet,
  state,
});
