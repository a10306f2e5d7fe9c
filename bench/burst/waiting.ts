/** Mail-seconds of waiting, by cause. */
export class Waiting {
  readonly #seconds = new Map<string, number>();

  add(reason: string, seconds: number): void {
    this.#seconds.set(reason, (this.#seconds.get(reason) ?? 0) + seconds);
  }

  /** The cause with the most waiting; null when below `least` seconds. */
  most(least: number): string | null {
    const [first] = [...this.#seconds].sort(([, a], [, b]) => b - a);
    return first !== undefined && first[1] >= least ? first[0] : null;
  }
}
