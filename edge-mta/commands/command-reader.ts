import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { V2_SIGNATURE } from '../proxy/proxy-header.ts';

/** Takes the bytes after `354`. */
export interface DataReceiver {
  /** Reads a chunk, which it may overwrite. Returns what follows the end of the mail; null before the end. */
  read(chunk: Buffer): Buffer | null;
  /** Something to wait for before the next chunk; null when there is room. */
  room(): Promise<void> | null;
  /** Resolves when the client has its reply: then the commands behind the mail are read. */
  finish(): Promise<void>;
}

export interface CommandReceiver {
  /** A line without its CRLF, each byte a character of it. `next` asks for the following one. */
  command(line: string, next: () => void): void;
  /** What stood before an LF without CR: the reader is to be closed. */
  bareNewline(line: string): void;
  /** A line passed its limit: the reader is to be closed. */
  lineTooLong(): void;
}

/** Commands that came together are run one after the other; other sessions get their turn after so many. */
const COMMANDS_IN_A_ROW = 100;

type Done = (error?: Error | null) => void;

/**
 * Cuts what a client sends into command lines, which only CRLF ends (RFC 5321 §2.3.8), and hands what follows DATA to
 * its receiver. smtp-server is given it in place of its own parser, and uses of it that it is a Writable and `isClosed`.
 */
export class CommandReader extends SMTPStream {
  readonly #to: CommandReceiver;
  readonly #maxLineBytes: number;
  #data: DataReceiver | null = null;
  #partial = '';
  #begun = false;

  constructor(maxLineBytes: number, to: CommandReceiver) {
    // One chunk at a time: what comes while it is busy stays in the socket, which bounds it.
    super({ highWaterMark: 1 });
    this.#to = to;
    this.#maxLineBytes = maxLineBytes;
  }

  /** What follows goes to the receiver until it finds the end of the mail. */
  startData(receiver: DataReceiver): void {
    this.#data = receiver;
  }

  get inData(): boolean {
    return this.#data !== null;
  }

  /** The beginning of a line whose end is yet to come. */
  get partial(): string {
    return this.#partial;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', done: Done): void {
    const first = !this.#begun;
    this.#begun = true;
    if (this.isClosed) done();
    // Its lines are no commands: the first ones would get a 500 each.
    else if (first && chunk.subarray(0, V2_SIGNATURE.length).equals(V2_SIGNATURE))
      this.#to.command(V2_SIGNATURE.toString('latin1'), done);
    else if (this.#data !== null) this.#readData(this.#data, chunk, done);
    else this.#readCommands(this.#partial + chunk.toString('latin1'), done);
  }

  /** A command line that the client never ended is no command. */
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
          // A slice of what was read would keep all of it in memory.
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

  /** @returns whether the command is done; when not, `later` is called once it is */
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
