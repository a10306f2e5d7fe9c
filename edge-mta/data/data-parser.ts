import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';

/** Takes the bytes after `354`. */
export interface DataReceiver {
  /** Reads a chunk, which it may overwrite. Returns what follows the end of the mail; null before the end. */
  read(chunk: Buffer): Buffer | null;
  /** Something to wait for before the next chunk; null when there is room. */
  room(): Promise<void> | null;
  /** Resolves when the client has its reply: then the commands behind the mail are read. */
  finish(): Promise<void>;
}

/**
 * smtp-server's command parser with the DATA engine replaced. This is the whole seam: `_dataMode` decides which of
 * `_write`'s halves runs, `_feedDataStream` is the half that reads DATA, `_remainder` holds what commands left over.
 * `test/unit/edge-smtp-server-seam.test.ts` fails when any of it moves.
 *
 * The original spends one `setImmediate` and two copies on each dot-stuffed line: 20 MB of `..` cost it 10 s of CPU.
 */
export class DataParser extends SMTPStream {
  #receiver: DataReceiver | null = null;

  constructor(maxCommandLength: number | undefined) {
    // One chunk at a time: what comes while it is busy stays in the socket, which bounds it.
    super({ maxCommandLength, highWaterMark: 1 });
  }

  /** What follows goes to the receiver until it finds the end of the mail. */
  startData(receiver: DataReceiver): void {
    this.#receiver = receiver;
    this._dataMode = true;
  }

  get inData(): boolean {
    return this._dataMode;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding | 'buffer', done: (error?: Error | null) => void): void {
    if (this._dataMode) super._write(chunk, encoding, done);
    else super._write(chunk, encoding, (error) => this.#read(error, done));
  }

  override _feedDataStream(chunk: Buffer, done: (error?: Error | null) => void): void {
    const receiver = this.#receiver;
    if (receiver === null) {
      done(new Error('DATA without a receiver'));
      return;
    }
    const rest = receiver.read(chunk);
    if (rest === null) {
      const room = receiver.room();
      if (room === null) done();
      else room.then(() => done(), done);
      return;
    }
    this.#receiver = null;
    this._dataMode = false;
    this._remainder = '';
    receiver.finish().then(() => this._write(rest, 'buffer', done), done);
  }

  /** A line whose end is yet to come is a slice of what was read, and would keep all of it in memory. */
  #read(error: Error | null | undefined, done: (error?: Error | null) => void): void {
    if (this._remainder !== '') this._remainder = Buffer.from(this._remainder, 'latin1').toString('latin1');
    done(error);
  }

  /** A command line that the client never ended is no command; the original would run it. */
  override _flushData(): void {}
}
