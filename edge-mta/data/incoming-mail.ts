import type { Log } from '../../core/log/log.ts';
import { PipelineError } from '../../core/mail/errors.ts';
import type { DataReceiver } from '../commands/command-reader.ts';
import { queuedAs, REPLIES, type Reply } from '../replies.ts';
import type { MailUpload } from '../store/mail-upload.ts';
import { storeFailure } from '../store/probe.ts';
import { BareNewlines } from './bare-newlines.ts';
import { DotReader } from './dot-reader.ts';
import { ReceivedCounter } from './received-counter.ts';

/** Bytes to read past the size limit in the hope of reaching the end of the mail, so that the client reads the 552. */
const OVERSIZE_GRACE_BYTES = 1024 * 1024;

export interface IncomingMailRules {
  maxMessageBytes: number;
  bareNewlines: 'normalize' | 'reject' | 'preserve';
  receivedHeaders: number;
}

export interface IncomingMailEvents {
  /** The reply to a mail whose DATA ended `storeMs` milliseconds ago. */
  finished(reply: Reply, storeMs: number): void;
  /** The client keeps sending far past the size limit: it gets its reply now, and the connection ends. */
  overrun(reply: Reply): void;
}

/** One mail between `354` and its reply: reads it, decides on it, and streams it to the store. */
export class IncomingMail implements DataReceiver {
  readonly id: string;
  readonly #upload: MailUpload;
  readonly #rules: IncomingMailRules;
  readonly #events: IncomingMailEvents;
  readonly #log: Log;
  readonly #dots: DotReader;
  readonly #newlines: BareNewlines | null;
  readonly #received = new ReceivedCounter();
  #bytes = 0;
  #refusal: Reply | null = null;
  #stalled = false;
  #left = false;

  constructor(id: string, upload: MailUpload, rules: IncomingMailRules, events: IncomingMailEvents, log: Log) {
    this.id = id;
    this.#upload = upload;
    this.#rules = rules;
    this.#events = events;
    this.#log = log;
    const normalize = rules.bareNewlines === 'normalize';
    this.#dots = new DotReader(normalize ? 'lineEnd' : 'content');
    this.#newlines = normalize ? new BareNewlines() : null;
  }

  /** Bytes of content so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bare LFs converted to CRLF so far. */
  get normalized(): number {
    return this.#newlines === null ? 0 : this.#dots.bareLf;
  }

  /** Recommendation of the data hook; null when there was none. */
  get action(): string | null {
    return this.#upload.action;
  }

  /** The reply that rejects the mail, once that is certain; null until then. */
  get refusal(): Reply | null {
    return this.#refusal;
  }

  read(chunk: Buffer): Buffer | null {
    const bareBefore = this.#dots.bareLf;
    const rest = this.#dots.read(chunk, (content) => this.#take(content, this.#dots.bareLf > bareBefore));
    if (this.#hasForbiddenNewline()) this.#refuse(REPLIES.bareNewline);
    if (rest === null && this.#bytes > this.#rules.maxMessageBytes + OVERSIZE_GRACE_BYTES) {
      this.#events.overrun(REPLIES.tooBig);
    }
    return rest;
  }

  /** This server is making the client wait. */
  get stalled(): boolean {
    return this.#stalled;
  }

  room(): Promise<void> | null {
    const room = this.#refusal === null ? this.#upload.room() : null;
    if (room === null) return null;
    this.#stalled = true;
    return room
      .catch((error: unknown) => void this.#fail(error))
      .finally(() => {
        this.#stalled = false;
      });
  }

  async finish(): Promise<void> {
    const ended = performance.now();
    const reply = await this.#outcome();
    this.#events.finished(reply, performance.now() - ended);
  }

  /** The client has disconnected; before the end of DATA nothing is stored. */
  clientLeft(): void {
    this.#left = true;
    this.#refuse(REPLIES.storeFailed);
  }

  async #outcome(): Promise<Reply> {
    if (this.#refusal !== null) return this.#refusal;
    try {
      return (await this.#upload.finish(this.normalized)) ?? queuedAs(this.id);
    } catch (error) {
      return this.#fail(error);
    }
  }

  #hasForbiddenNewline(): boolean {
    const { bareCr, bareLf, dubiousEnd } = this.#dots;
    switch (this.#rules.bareNewlines) {
      case 'normalize':
        return dubiousEnd;
      case 'reject':
        return bareCr + bareLf > 0;
      case 'preserve':
        return false;
    }
  }

  #take(read: Buffer, withBareLf: boolean): void {
    const content = this.#newlines?.normalized(read, withBareLf) ?? read;
    this.#bytes += content.length;
    if (this.#refusal !== null) return;
    this.#received.read(content);
    if (this.#bytes > this.#rules.maxMessageBytes) this.#refuse(REPLIES.tooBig);
    else if (this.#received.count > this.#rules.receivedHeaders) this.#refuse(REPLIES.mailLoop);
    else if (!this.#upload.write(content, this.normalized)) this.#refuse(REPLIES.outOfMemory);
  }

  #fail(error: unknown): Reply {
    this.#log.error('store failed', { id: this.id, ...storeFailure(error) });
    const reply = isFull(error) ? REPLIES.storeFull : REPLIES.storeFailed;
    this.#refuse(reply);
    return reply;
  }

  /** Keeps the first refusal. The rest of the mail is read and discarded. */
  #refuse(reply: Reply): void {
    if (this.#refusal !== null) return;
    this.#refusal = reply;
    this.#upload.abort(new Error(this.#left ? 'the client left' : reply.text));
  }
}

/** S3 has no such error, but S3-compatible stores on a disk do. */
const isFull = (error: unknown): boolean => error instanceof PipelineError && error.code === 's3.InsufficientStorage';
