import { type FileHandle, open, rm } from 'node:fs/promises';

/** A body being received. Ends with `BodyFiles.publish` or `discard`. */
export class TempBody {
  readonly path: string;
  #file: FileHandle | null;

  private constructor(path: string, file: FileHandle | null) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<TempBody> {
    return new TempBody(path, await open(path, 'wx'));
  }

  /** A file that is already complete and synced. */
  static of(path: string): TempBody {
    return new TempBody(path, null);
  }

  async write(chunk: Buffer): Promise<void> {
    await this.#file?.writeFile(chunk);
  }

  /** Ends writing; all bytes are on disk when this resolves. */
  async seal(): Promise<void> {
    await this.#file?.sync();
    await this.close();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  /** For a body that is not published. No effect after `publish`. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}
