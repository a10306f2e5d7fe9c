import type { Log } from '../../core/log/log.ts';

/** Milliseconds between two outages that are told of: a service that fails now and then does not fill the log. */
const QUIET_MS = 60_000;

/** One line when a service begins to fail, one when it answers again. */
export class OutageLog {
  readonly #service: string;
  readonly #log: Log;
  readonly #clock: () => number;
  #outage: { since: number; failures: number; told: boolean } | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(service: string, log: Log, clock: () => number) {
    this.#service = service;
    this.#log = log;
    this.#clock = clock;
  }

  failed(reason: string): void {
    const now = this.#clock();
    this.#outage ??= { since: now, failures: 0, told: false };
    this.#outage.failures++;
    if (this.#outage.told || now - this.#toldAt < QUIET_MS) return;
    this.#outage.told = true;
    this.#toldAt = now;
    this.#log.error(`${this.#service} failed`, { reason, failures: this.#outage.failures });
  }

  answered(): void {
    const outage = this.#outage;
    this.#outage = null;
    if (outage === null || !outage.told) return;
    const seconds = Math.round((this.#clock() - outage.since) / 1000);
    this.#log.info(`${this.#service} answers again`, { failures: outage.failures, seconds });
  }
}
