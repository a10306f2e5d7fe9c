import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { V2_SIGNATURE } from '../proxy/proxy-header.ts';

/** Receives the bytes after `354`. */
export interface DataReceiver {
  /** Reads a chunk and may overwrite it. Returns the bytes after the end of the mail; null before the end. */
  read(chunk: Buffer): Buffer | null;
  /** A promise to await before the next chunk; null when there is room. */
  room(): Promise<void> | null;
  /** Resolves when the client has its reply; then the commands after the mail are read. */
  finish(): Promise<void>;
}

export interface CommandReceiver {
  /** A line without its CRLF, one character per byte. Call `next` for the following line. */
  command(line: string, next: () => void): void;
  /** The text before an LF without CR; the reader must be closed. */
  bareNewline(line: string): void;
  /** A line exceeded its limit; the reader must be closed. */
  lineTooLong(): void;
}

/** Pipelined commands to run before yielding to other sessions. */
const COMMANDS_IN_A_ROW = 100;

type Done = (error?: Error | null) => void;

/**
 * Splits the input of a client into command lines, which only CRLF ends (RFC 5321 §2.3.8), and passes the bytes after
 * DATA to their receiver. Replaces smtp-server's own parser, of which smtp-server needs only that it is a Writable and
 * `isClosed`.
 */
export class CommandReader extends SMTPStream {
  readonly #to: CommandReceiver;
  readonly #maxLineBytes: number;
  #data: DataReceiver | null = null;
  #partial = '';
  #begun = false;

  constructor(maxLineBytes: number, to: CommandReceiver) {
    // One chunk at a time: further input stays in the socket, which bounds it.
    super({ highWaterMark: 1 });
    this.#to = to;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Passes input to the receiver until it finds the end of the mail. */
  startData(receiver: DataReceiver): void {
    this.#data = receiver;
  }

  get inData(): boolean {
    return this.#data !== null;
  }

  /** The start of an incomplete line. */
  get partial(): string {
    return this.#partial;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', done: Done): void {
    const first = !this.#begun;
    this.#begun = true;
    if (this.isClosed) done();
    // Not commands: otherwise each of the first lines would get a 500.
    else if (first && chunk.subarray(0, V2_SIGNATURE.length).equals(V2_SIGNATURE))
      this.#to.command(V2_SIGNATURE.toString('latin1'), done);
    else if (this.#data !== null) this.#readData(this.#data, chunk, done);
    else this.#readCommands(this.#partial + chunk.toString('latin1'), done);
  }

  /** An unterminated command line is ignored. */
  override _flushData(): void {}

  #readCommands(text: string, done: Done): void {
    let at = 0;
    let inARow = 0;
    const readOn = (): void => {
      while (!this.isClosed) {
        if (this.#data !== null) {
          this.#partial = '';
          this.#readData(this.#data, Buffer.from(text.slice(at), 'latin1'), done);
          return;
        }
        const lineFeed = text.indexOf('\n', at);
        const end = lineFeed === -1 ? text.length : lineFeed;
        if (end - at > this.#maxLineBytes + 1) {
          this.#to.lineTooLong();
        } else if (lineFeed === -1) {
          // A slice would keep the whole input in memory.
          this.#partial = at === text.length ? '' : Buffer.from(text.slice(at), 'latin1').toString('latin1');
          break;
        } else if (text[end - 1] !== '\r' || end === at) {
          this.#to.bareNewline(text.slice(at, end));
        } else {
          const line = text.slice(at, end - 1);
          at = end + 1;
          if (!this.#run(line, readOn)) return;
          if (++inARow % COMMANDS_IN_A_ROW === 0) {
            setImmediate(readOn);
            return;
          }
        }
      }
      done();
    };
    readOn();
  }

  /** @returns whether the command has finished; if not, `later` is called when it has */
  #run(line: string, later: () => void): boolean {
    let done = false;
    let waiting = false;
    this.#to.command(line, () => {
      done = true;
      if (waiting) later();
    });
    waiting = !done;
    return done;
  }

  #readData(receiver: DataReceiver, chunk: Buffer, done: Done): void {
    const rest = receiver.read(chunk);
    if (rest !== null) {
      this.#data = null;
      receiver.finish().then(() => this.#readCommands(rest.toString('latin1'), done), done);
      return;
    }
    const room = receiver.room();
    if (room === null) done();
    else room.then(() => done(), done);
  }
}
