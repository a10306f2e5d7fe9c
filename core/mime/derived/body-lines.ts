/** The lines of a body. One is cut out when somebody looks at it: most are prose, which nobody has to. */
export class BodyLines {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) this.#starts.push(end + 1);
  }

  get length(): number {
    return this.#starts.length;
  }

  /** Where a line begins; behind the last, where one more would. */
  start(at: number): number {
    return this.#starts[at] ?? this.text.length + 1;
  }

  /** Empty behind the last. */
  at(at: number): string {
    return at < this.#starts.length ? this.text.slice(this.start(at), this.start(at + 1) - 1) : '';
  }

  /** Those of them that there are. */
  slice(from: number, to: number): string[] {
    const lines: string[] = [];
    for (let at = from; at < Math.min(to, this.#starts.length); at++) lines.push(this.at(at));
    return lines;
  }
}
