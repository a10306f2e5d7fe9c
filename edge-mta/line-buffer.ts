/**
 * Batches the lines of one turn of the event loop into one write: a write to a pipe blocks, and under load one write
 * per mail is a tenth of the mail's cost. Call `flush` before the process ends.
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
