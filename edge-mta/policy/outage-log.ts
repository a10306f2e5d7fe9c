import type { Log } from '../../core/log/log.ts';

/** Minimum milliseconds between two logged outages, so that a flaky service does not flood the log. */
const QUIET_MS = 60_000;

/** Logs one line when a service starts to fail and one when it recovers. */
export class OutageLog {
  readonly #service: string;
  readonly #log: Log;
  readonly #clock: () => number;
  #outage: { since: number; failures: number; logged: boolean } | null = null;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(service: string, log: Log, clock: () => number) {
    this.#service = service;
    this.#log = log;
    this.#clock = clock;
  }

  failed(reason: string): void {
    const now = this.#clock();
    this.#outage ??= { since: now, failures: 0, logged: false };
    this.#outage.failures++;
    if (this.#outage.logged || now - this.#loggedAt < QUIET_MS) return;
    this.#outage.logged = true;
    this.#loggedAt = now;
    this.#log.error(`${this.#service} failed`, { reason, failures: this.#outage.failures });
  }

  answered(): void {
    const outage = this.#outage;
    this.#outage = null;
    if (outage === null || !outage.logged) return;
    const seconds = Math.round((this.#clock() - outage.since) / 1000);
    this.#log.info(`${this.#service} answers again`, { failures: outage.failures, seconds });
  }
}
