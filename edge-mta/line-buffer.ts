/**
 * Writes lines together that come in one turn of the event loop: a write to a pipe blocks, and under load one for each
 * mail is a tenth of what the mail costs. `flush` before the process ends.
 */
export class LineBuffer {
  readonly #write: (text: string) => void;
  #lines = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  readonly add = (line: string): void => {
    if (this.#lines === '') setImmediate(() => this.flush());
    this.#lines += line;
  };

  flush(): void {
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.#write(lines);
  }
}
