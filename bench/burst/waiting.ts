/** Mail-seconds that were waited, by what they were waited for. */
export class Waiting {
  readonly #seconds = new Map<string, number>();

  add(reason: string, seconds: number): void {
    this.#seconds.set(reason, (this.#seconds.get(reason) ?? 0) + seconds);
  }

  /** What most was waited for; null when less than `least` seconds. */
  most(least: number): string | null {
    const [first] = [...this.#seconds].sort(([, a], [, b]) => b - a);
    return first !== undefined && first[1] >= least ? first[0] : null;
  }
}
