import { type FileHandle, open, rm } from 'node:fs/promises';

/** A body on its way in. Ends in `BodyFiles.publish` or in `discard`. */
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

  /** A file that is whole and synced already. */
  static of(path: string): TempBody {
    return new TempBody(path, null);
  }

  async write(chunk: Buffer): Promise<void> {
    await this.#file?.writeFile(chunk);
  }

  /** Nothing more is written; all of it is on disk when this resolves. */
  async seal(): Promise<void> {
    await this.#file?.sync();
    await this.close();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  /** For a body that will not be published. Harmless after `publish`. */
  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}
