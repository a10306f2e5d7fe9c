import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sharedRun } from '../disk/shared-run.ts';
import { syncDirectory } from '../disk/sync-directory.ts';
import { type DecodedLine, decodeLine, encodeLine, linesWithin } from './journal-line.ts';

/**
 * An append-only file of JSON lines. Each line is a transaction: after a crash it exists completely or not at all.
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #flush = sharedRun(() => this.#writePending());
  #pending: string[] = [];
  #end: number;
  /** Bytes of a failed write may follow the end. */
  #torn = false;
  #timer: NodeJS.Timeout | null = null;

  private constructor(file: FileHandle, end: number) {
    this.#file = file;
    this.#end = end;
  }

  /**
   * Reads every line, then opens for appending. Truncates an incomplete last line left by a crash (`torn`), and skips
   * other damaged lines (`damaged`).
   *
   * @param replay may throw for an unknown record
   */
  static async open(
    path: string,
    replay: (transaction: unknown) => void,
  ): Promise<{ journal: Journal; torn: boolean; damaged: Buffer[] }> {
    const file = await open(path, 'a+').then(async (created) => {
      await created.close();
      return open(path, 'r+');
    });
    await syncDirectory(dirname(path));
    const damaged: Buffer[] = [];
    const replayed = (line: DecodedLine | null): boolean => {
      if (line === null) return false;
      try {
        replay(line.transaction);
        return true;
      } catch (error) {
        if (line.checked) throw error;
        return false;
      }
    };
    let end = 0;
    let torn = false;
    for await (const { line, isWhole } of readLines(path)) {
      if (isWhole) end += line.length + 1;
      const decoded = decodeLine(line);
      if (isWhole && replayed(decoded)) continue;
      const inside = decoded === null ? [...linesWithin(line)] : [];
      torn = !isWhole && inside.length === 0;
      if (torn) break;
      for (const each of inside) replayed(each);
      damaged.push(Buffer.concat([line, Buffer.from('\n')]));
    }
    if (torn) await file.truncate(end);
    return { journal: new Journal(file, end), torn, damaged };
  }

  /** Atomically replaces the journal's content with these transactions. The file must not be open. */
  static async rewrite(path: string, transactions: Iterable<unknown>): Promise<void> {
    const fresh = `${path}.new`;
    try {
      const file = await open(fresh, 'w');
      try {
        await writeFile(file, lines(transactions));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
    await syncDirectory(dirname(path));
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#end;
  }

  /**
   * Resolves when the transaction is on disk. Transactions appended while the disk is busy share the next write and
   * sync.
   */
  append(transaction: unknown): Promise<void> {
    this.#pending.push(encodeLine(transaction));
    return this.#flush();
  }

  /**
   * For transactions that may be lost in a crash: written with the next ones, or shortly after. Failures are ignored.
   */
  appendSoon(transaction: unknown): void {
    this.#pending.push(encodeLine(transaction));
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#flush().catch(() => {});
    }, SOON_MS);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#flush();
    await this.#file.close();
  }

  async #writePending(): Promise<void> {
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    if (bytes.length === 0) return;
    if (this.#torn) await this.#file.truncate(this.#end);
    this.#torn = true;
    for (let written = 0; written < bytes.length; ) {
      const result = await this.#file.write(bytes, written, bytes.length - written, this.#end + written);
      written += result.bytesWritten;
    }
    await this.#file.datasync();
    this.#end += bytes.length;
    this.#torn = false;
  }
}

const NEWLINE = 0x0a;
/** Milliseconds that `appendSoon` waits for other transactions. */
const SOON_MS = 100;
/** Characters written at a time by `rewrite`. */
const REWRITE_CHUNK = 64 * 1024;

/** Lines without their newline, which may be missing from the last one. */
async function* readLines(path: string): AsyncGenerator<{ line: Buffer; isWhole: boolean }> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
      yield { line: bytes.subarray(start, at), isWhole: true };
      start = at + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield { line: rest, isWhole: false };
}

function* lines(transactions: Iterable<unknown>): Generator<string> {
  let text = '';
  for (const transaction of transactions) {
    text += encodeLine(transaction);
    if (text.length < REWRITE_CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}
