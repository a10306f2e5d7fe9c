/** Share of memory above which idle clients get less time. */
const HIGH = 0.75;
/** Share of memory above which no new sessions are admitted. */
const FULL = 0.9;
/** Share of the peak session count that still counts as the peak. */
const NEARLY = 0.8;

/**
 * Compares resident memory with the memory of the task. The limits of sessions and mails add up to less
 * (core/config/edge-memory.ts), so this guards against whatever they do not count.
 *
 * V8 and the C library keep the memory of ended sessions for later ones and do not return it to the system, so a
 * process that was full once would stay full for ever. Memory therefore counts only together with the number of
 * sessions that were open when it was that high: fewer sessions have room.
 */
export class MemoryWatch {
  readonly #limit: number;
  readonly #sessionsAtLeast: number;
  readonly #measure: () => number;
  #bytes = 0;
  /** Peak number of sessions while memory was high. */
  #most = 0;

  /**
   * @param limit memory of the task in bytes
   * @param sessionsAtLeast number of sessions to admit whatever the memory
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

  /** Whether to end idle sessions. */
  isHigh(sessions: number): boolean {
    return this.#above(HIGH) && sessions > Math.max(this.#most * NEARLY, this.#sessionsAtLeast);
  }

  /** Whether there is no room for another session. */
  isFull(sessions: number): boolean {
    return this.#above(FULL) && sessions >= Math.max(this.#most, this.#sessionsAtLeast);
  }

  #above(share: number): boolean {
    return this.#bytes > this.#limit * share;
  }
}
