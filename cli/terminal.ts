import { fstatSync } from 'node:fs';
import { clipped } from '../core/log/printable.ts';
import type { Environment } from '../core/settings/codec.ts';
import { ERASE_LINE, type Output, type Progress, painter, showsColors } from '../core/terminal/output.ts';

const REDRAW_MS = 200;

type Stream = NodeJS.WriteStream & { fd: number };

/**
 * Standard output and standard error, which are often the same terminal. Results are never overwritten; progress is one
 * line below them, erased before anything else is printed.
 */
export class Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly #stderr: Stream;
  readonly #showsProgress: boolean;
  /** Whether the last result ended with a newline. */
  #atLineStart = true;
  #drawn = false;

  constructor(stdout: Stream, stderr: Stream, env: Environment) {
    this.#stderr = stderr;
    // The program behind a pipe may write to the same terminal at any moment.
    this.#showsProgress = stderr.isTTY && env['TERM'] !== 'dumb' && (stdout.isTTY || !isPipe(stdout));
    this.out = this.#output(stdout, env);
    this.err = this.#output(stderr, env);
  }

  /** @param what such as "audited" */
  progress(what: string): Progress {
    if (!this.#showsProgress) return { add: () => {}, stop: () => {} };
    const started = performance.now();
    let done = 0;
    const timer = setInterval(() => {
      const rate = Math.round((done * 1000) / (performance.now() - started));
      this.#draw(`${what} ${counted(done)}, ${rate.toLocaleString('en')}/s`);
    }, REDRAW_MS);
    return {
      add: (count) => {
        done += count;
      },
      stop: () => {
        clearInterval(timer);
        this.#erase();
      },
    };
  }

  /** @param what such as "waiting for the mail". Returns the function that ends it. */
  waiting(what: string): () => void {
    if (!this.#showsProgress) return () => {};
    const started = performance.now();
    const timer = setInterval(() => {
      this.#draw(`${what}, ${Math.round((performance.now() - started) / 1_000)} s`);
    }, REDRAW_MS);
    return () => {
      clearInterval(timer);
      this.#erase();
    };
  }

  /** Prints the last line before the program exits. Erases the `^C` that the terminal echoes. */
  last(text: string): void {
    if (this.#stderr.isTTY) this.#stderr.write(this.#atLineStart ? ERASE_LINE : '\n');
    this.#stderr.write(text);
  }

  #output(stream: Stream, env: Environment): Output {
    const paint = painter(showsColors(stream, env));
    return {
      write: (text) =>
        new Promise((resolve, reject) => {
          this.#erase();
          if (stream.isTTY && text.length > 0) this.#atLineStart = text.at(-1) === '\n' || text.at(-1) === 0x0a;
          stream.write(text, (error) => (error ? reject(error) : resolve()));
        }),
      get columns() {
        return stream.isTTY && stream.columns > 0 ? stream.columns : null;
      },
      style: paint,
    };
  }

  #draw(text: string): void {
    if (!this.#atLineStart) return;
    this.#drawn = true;
    // A line that fills the last column, or wraps, could not be erased.
    this.#stderr.write(`${ERASE_LINE}${clipped(text, Math.max((this.#stderr.columns || 80) - 1, 1))}`);
  }

  #erase(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#stderr.write(ERASE_LINE);
  }
}

/** `1 mail`, `2,000 mails` */
export const counted = (mails: number): string => `${mails.toLocaleString('en')} ${mails === 1 ? 'mail' : 'mails'}`;

function isPipe(stream: Stream): boolean {
  try {
    const stat = fstatSync(stream.fd);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return true;
  }
}
