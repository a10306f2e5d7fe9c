import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The previous file is kept as `.1`, so there are at most two of this size. */
const LIMIT_BYTES = 32 * 1024 * 1024;

/** The output of all programs, one line each, for people who investigate a problem. */
export class LogFile {
  readonly path: string;
  #file: number;
  #bytes: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'a');
    this.#bytes = fstatSync(this.#file).size;
  }

  /** Drops a line if the disk does not accept it: the pipeline keeps running, because mails matter more. */
  write(line: string): void {
    try {
      if (this.#bytes > LIMIT_BYTES) this.#rotate();
      this.#bytes += writeSync(this.#file, `${line}\n`);
    } catch {
      // There is nowhere else to report it.
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #rotate(): void {
    if (existsSync(this.path)) renameSync(this.path, `${this.path}.1`);
    const full = this.#file;
    this.#file = openSync(this.path, 'a');
    this.#bytes = 0;
    closeSync(full);
  }
}
