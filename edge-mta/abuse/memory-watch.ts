/** Share of the memory above which idle clients get less time. */
const HIGH = 0.75;
/** Share of the memory above which no more sessions are let in. */
const FULL = 0.9;
/** Share of the most sessions seen that is still as many. */
const NEARLY = 0.8;

/**
 * Resident memory against what the task has. The limits of sessions and mails add up to less (core/config/edge-memory.ts),
 * so this is for what they do not count.
 *
 * Memory that sessions leave behind is used for those that come, but stays with the process: V8 and the C library keep it. A
 * process that was full once would be full for ever. So memory counts only together with the sessions that were open when it
 * was that high: fewer have room.
 */
export class MemoryWatch {
  readonly #limit: number;
  readonly #sessionsAtLeast: number;
  readonly #measure: () => number;
  #bytes = 0;
  /** The most sessions seen while memory was high. */
  #most = 0;

  /**
   * @param limit bytes that the task has
   * @param sessionsAtLeast so many are let in whatever the memory
   */
  constructor(limit: number, sessionsAtLeast: number, measure: () => number = () => process.memoryUsage.rss()) {
    this.#limit = limit;
    this.#sessionsAtLeast = sessionsAtLeast;
    this.#measure = measure;
  }

  get bytes(): number {
    return this.#bytes;
  }

  sample(sessions: number): void {
    this.#bytes = this.#measure();
    this.#most = this.#above(HIGH) ? Math.max(this.#most, sessions) : 0;
  }

  /** Whether idle sessions should go. */
  isHigh(sessions: number): boolean {
    return this.#above(HIGH) && sessions > Math.max(this.#most * NEARLY, this.#sessionsAtLeast);
  }

  /** Whether there is no room for one more session. */
  isFull(sessions: number): boolean {
    return this.#above(FULL) && sessions >= Math.max(this.#most, this.#sessionsAtLeast);
  }

  #above(share: number): boolean {
    return this.#bytes > this.#limit * share;
  }
}
