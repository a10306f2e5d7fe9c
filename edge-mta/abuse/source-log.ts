import type { Log, LogFields } from '../../core/log/log.ts';
import { sourceOf } from './ip-address.ts';

const WINDOW_MS = 60_000;
/** Sources logged separately per minute; any others share a line. */
const MAX_SOURCES = 10_000;

interface Line {
  message: string;
  fields: LogFields;
  since: number;
  /** Number of events with this message and source since the last line. */
  count: number;
}

/**
 * Rate-limits log lines that any client can cause: at most one per minute for each message and source, with the `count`
 * of events it covers. The first is written at once, the rest of its minute when the minute is over.
 */
export class SourceLog {
  readonly #log: Log;
  readonly #lines = new Map<string, Line>();

  constructor(log: Log) {
    this.#log = log;
  }

  note(message: string, remoteAddress: string, fields: LogFields, now: number): void {
    const own = `${message} ${sourceOf(remoteAddress)}`;
    const crowded = this.#lines.size >= MAX_SOURCES && !this.#lines.has(own);
    const key = crowded ? message : own;
    const line = this.#lines.get(key);
    if (line !== undefined) {
      line.count++;
      return;
    }
    const started = {
      message,
      fields: { remoteAddress: crowded ? 'others' : remoteAddress, ...fields },
      since: now,
      count: 1,
    };
    this.#lines.set(key, started);
    this.#write(started, now);
  }

  /** Writes lines that are due. Call every second. */
  sweep(now: number): void {
    for (const [key, line] of this.#lines) {
      if (now - line.since < WINDOW_MS) continue;
      if (line.count > 0) this.#write(line, now);
      else this.#lines.delete(key);
    }
  }

  /** Writes all pending lines, due or not. */
  flush(now: number): void {
    for (const line of this.#lines.values()) if (line.count > 0) this.#write(line, now);
  }

  #write(line: Line, now: number): void {
    this.#log.info(line.message, { ...line.fields, count: line.count });
    line.since = now;
    line.count = 0;
  }
}
