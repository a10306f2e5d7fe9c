import { PermanentError, TransientError } from '../mail/errors.ts';
import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import type { AttachmentHead } from '../ports/mime-reader.ts';
import type { Channel } from '../stream/channel.ts';
import { asBuffer, blockStream, inBlocks, Window } from './blocks.ts';
import { BLOCK_BYTES, type FromReader, type Reading, type ToReader, WINDOW_BLOCKS } from './protocol.ts';

/** A mail that a reader thread could not read. The function itself is fine: the mail gets a defect. */
export class ReadingStopped extends PermanentError {
  readonly defect: 'parse.deadline' | 'parse.crash';

  constructor(defect: 'parse.deadline' | 'parse.crash', message: string) {
    super(defect, message);
    this.defect = defect;
  }
}

/**
 * The process used too much memory while several mails were being read, and it is unknown which one caused it. Each
 * must be read again, alone.
 */
export class ReadingInterrupted extends TransientError {
  constructor(message: string) {
    super('parse.interrupted', message);
  }
}

/** An attachment on its way to the store. */
class Incoming {
  readonly blocks: Channel;
  ended = false;
  #count = 0;

  constructor(onTaken: () => void) {
    this.blocks = blockStream(() => {
      this.#count -= 1;
      onTaken();
    });
  }

  get full(): boolean {
    return this.#count === WINDOW_BLOCKS;
  }

  push(bytes: Uint8Array): void {
    this.#count += 1;
    this.blocks.push(asBuffer(bytes));
  }

  end(): void {
    this.ended = true;
    this.blocks.end();
  }
}

type Post = (message: ToReader, memory?: ArrayBuffer) => void;

/** One mail in a reader thread, seen from the function: feeds the thread, stores attachments, counts its time. */
export class SupervisedRead {
  readonly #post: Post;
  readonly #store: AttachmentStore;
  readonly #sourceWindow = new Window(WINDOW_BLOCKS);
  readonly #content: Promise<MailContent>;
  #resolve: (content: MailContent) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #settled = false;
  #sourceBlocks = 0;
  #sourceEnded = false;
  readonly #incoming = new Map<number, Incoming>();
  #busyMs = 0;

  constructor(post: Post, store: AttachmentStore) {
    this.#post = post;
    this.#store = store;
    this.#content = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Settles when the thread has answered and `source` is exhausted, or with the first failure. */
  async run(source: AsyncIterable<Buffer>, reading: Reading, limits: MimeLimits): Promise<MailContent> {
    this.#post({ type: 'read', reading, limits });
    const [content] = await Promise.all([this.#content, this.#feed(source)]);
    return content;
  }

  receive(message: Exclude<FromReader, { type: 'ready' }>): void {
    switch (message.type) {
      case 'source-taken':
        this.#sourceBlocks -= 1;
        this.#sourceWindow.release();
        break;
      case 'attachment':
        this.#startAttachment(message.attachment, message.head);
        break;
      case 'attachment-bytes':
        this.#incoming.get(message.attachment)?.push(message.bytes);
        break;
      case 'attachment-end':
        this.#incoming.get(message.attachment)?.end();
        break;
      case 'content':
        this.#settle(() => this.#resolve(message.content));
        break;
      case 'failed':
        this.fail(new ReadingStopped('parse.crash', message.reason));
        break;
    }
  }

  fail(error: unknown): void {
    this.#settle(() => this.#reject(error));
  }

  /** Milliseconds that the thread has worked without waiting for the store, plus `elapsed` if it is working now. */
  workedFor(elapsed: number): number {
    if (!this.#waitsForUs) this.#busyMs += elapsed;
    return this.#busyMs;
  }

  get #waitsForUs(): boolean {
    const waitsForSource = this.#sourceBlocks === 0 && !this.#sourceEnded;
    return waitsForSource || [...this.#incoming.values()].some(({ full, ended }) => full || ended);
  }

  async #feed(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const bytes of inBlocks(source, BLOCK_BYTES)) {
      await this.#sourceWindow.acquire();
      // A reader that answers early, at a limit, does not need the rest; the source is still read to its end.
      if (this.#settled) continue;
      this.#sourceBlocks += 1;
      this.#post({ type: 'source', bytes }, bytes.buffer);
    }
    this.#sourceEnded = true;
    this.#post({ type: 'source-end' });
  }

  #startAttachment(attachment: number, head: AttachmentHead): void {
    const incoming = new Incoming(() => this.#post({ type: 'attachment-taken', attachment }));
    this.#incoming.set(attachment, incoming);
    this.#store(head, incoming.blocks).then(
      (place) => {
        this.#incoming.delete(attachment);
        this.#post({ type: 'attachment-stored', attachment, place });
      },
      (error: unknown) => this.fail(error),
    );
  }

  #settle(outcome: () => void): void {
    this.#settled = true;
    outcome();
    this.#sourceWindow.abandon();
  }
}
