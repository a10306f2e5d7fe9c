import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import { isLoopback, sourceOf } from './ip-address.ts';

const WINDOW_MS = 60_000;

interface SourceState {
  open: number;
  /** Time in milliseconds at which the counts below were reset. */
  windowStart: number;
  connections: number;
  mails: number;
  errors: number;
}

/**
 * Open connections and activity of each source in the last minute. Counts are reset every minute, and a source without
 * open connections is dropped after one, so the table holds at most the clients of a minute.
 */
export class SourceTable {
  readonly #limits: SmtpLimits;
  readonly #sources = new Map<string, SourceState>();

  constructor(limits: SmtpLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#sources.size;
  }

  /** Counts a connection; false when the source has reached its limit. Do not call `left` for a refused one. */
  connected(address: string, now: number): boolean {
    const state = this.#state(address, now);
    state.connections++;
    const limits = this.#limits;
    const tooFast = state.connections > limits.connectionsPerMinute || state.errors > limits.errorsPerMinute;
    if (state.open >= limits.connectionsPerSource || (tooFast && !isLoopback(address))) return false;
    state.open++;
    return true;
  }

  /** Number of open connections of a source. */
  open(source: string): number {
    return this.#sources.get(source)?.open ?? 0;
  }

  left(address: string): void {
    const state = this.#sources.get(sourceOf(address));
    if (state !== undefined) state.open--;
  }

  /** Counts a mail; false when the source has reached its rate limit. */
  mailed(address: string, now: number): boolean {
    const state = this.#state(address, now);
    state.mails++;
    return state.mails <= this.#limits.messagesPerMinute || isLoopback(address);
  }

  erred(address: string, now: number): void {
    this.#state(address, now).errors++;
  }

  /** Drops sources without open connections or activity for a minute. */
  sweep(now: number): void {
    for (const [source, state] of this.#sources) {
      if (state.open === 0 && now - state.windowStart >= WINDOW_MS) this.#sources.delete(source);
    }
  }

  #state(address: string, now: number): SourceState {
    const source = sourceOf(address);
    const known = this.#sources.get(source);
    if (known !== undefined && now - known.windowStart < WINDOW_MS) return known;
    const fresh = { windowStart: now, connections: 0, mails: 0, errors: 0 };
    const state = known === undefined ? { open: 0, ...fresh } : Object.assign(known, fresh);
    this.#sources.set(source, state);
    return state;
  }
}
