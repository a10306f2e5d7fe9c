import { EVENT_BUS } from '../../../core/outcome/deliveries.ts';
import type { Faults, Flow, FlowNode, IndexState, QueueFigures } from '../api/api.ts';
import type { FlowFigures } from './figures.ts';

/** A queue whose depth the flow shows. */
export interface WatchedQueue {
  /** The function that reads it, or the name of a destination: `parsed-mail`, `parsed-mail-<route>`. */
  node: string;
  /** Null when it cannot be read or does not exist. */
  figures: () => Promise<QueueFigures | null>;
}

export interface FlowOptions {
  figures: FlowFigures;
  queues: readonly WatchedQueue[];
  /** Milliseconds for which queue depths are cached, because SQS charges for each request. */
  queuesEveryMs: number;
  /** Resolution of the store's times. */
  resolutionMs: number;
  /** Fault injected into the store; null where injection is unavailable. */
  storeFault: () => Faults['store'] | null;
  indexState: () => IndexState;
  clock: () => number;
}

type Shown = Omit<Flow, 'hour' | 'day'>;

/** Assembles the diagram of the flow. */
export class FlowPicture {
  readonly #options: FlowOptions;
  #queues: { at: number; figures: Promise<(QueueFigures | null)[]> } | null = null;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  async whole(): Promise<Flow> {
    const { hour, day } = this.#options.figures;
    return { ...(await this.now()), hour, day };
  }

  /** The flow without its series. */
  async now(): Promise<Shown> {
    const { figures, indexState, resolutionMs, storeFault, clock, queues } = this.#options;
    const depths = await this.#depths();
    const byNode = new Map(queues.map(({ node }, at) => [node, depths[at] ?? null]));
    const { failures, balance } = figures;
    const failed = (place: string) =>
      failures.filter((failure) => failure.place === place).reduce((sum, { mails }) => sum + mails, 0);
    const node = (name: string, kind: FlowNode['kind'], mails: number | null): FlowNode => ({
      name,
      kind,
      mails,
      queue: byNode.get(name) ?? null,
      failures: failed(name),
    });
    const before = [
      node('edge', 'edge', balance.received),
      node('raw', 'store', balance.received),
      node('parser', 'function', balance.parsed + balance.failed),
      node('enricher', 'function', figures.mailsOf('enricher')),
    ];
    // The event bus, and queues of removed routes, show up once they have rejected a mail.
    const places = [...queues.map((queue) => queue.node), ...failures.map(({ place }) => place)];
    const destinations = new Set(places.filter((place) => !before.some(({ name }) => name === place)));
    return {
      at: new Date(clock()).toISOString(),
      index: indexState(),
      nodes: [
        ...before,
        ...[...destinations].map((name) => node(name, name === EVENT_BUS ? 'bus' : 'queue', figures.mailsOf(name))),
      ],
      balance,
      rate: figures.rate,
      latency: figures.latency(resolutionMs),
      store: storeFault(),
      failures,
    };
  }

  #depths(): Promise<(QueueFigures | null)[]> {
    const { queues, queuesEveryMs, clock } = this.#options;
    if (this.#queues === null || clock() - this.#queues.at >= queuesEveryMs) {
      const figures = Promise.all(queues.map((queue) => queue.figures().catch(() => null)));
      this.#queues = { at: clock(), figures };
    }
    return this.#queues.figures;
  }
}
