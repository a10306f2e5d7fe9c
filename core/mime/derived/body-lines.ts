/** The lines of a body, sliced on demand: most are prose that nobody needs. */
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

  /** Offset at which a line begins; after the last, the end of the text. */
  start(at: number): number {
    return this.#starts[at] ?? this.text.length + 1;
  }

  /** Empty after the last line. */
  at(at: number): string {
    return at < this.#starts.length ? this.text.slice(this.start(at), this.start(at + 1) - 1) : '';
  }

  /** Those lines of the range that exist. */
  slice(from: number, to: number): string[] {
    const lines: string[] = [];
    for (let at = from; at < Math.min(to, this.#starts.length); at++) lines.push(this.at(at));
    return lines;
  }
}
