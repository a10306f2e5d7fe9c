import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The file before it is kept beside it as `.1`, so there are two of this size at most. */
const LIMIT_BYTES = 32 * 1024 * 1024;

/** Everything that the programs print, a line each; it is for a person who asks what went wrong. */
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

  /** A line that the disk does not take is dropped: the pipeline works on, and mails matter more. */
  write(line: string): void {
    try {
      if (this.#bytes > LIMIT_BYTES) this.#rotate();
      this.#bytes += writeSync(this.#file, `${line}\n`);
    } catch {
      // There is nobody to tell but this file.
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
