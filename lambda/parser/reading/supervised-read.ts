import { PermanentError } from '../../../core/mail/errors.ts';
import type { MimeLimits } from '../../../core/mail/limits.ts';
import type { MailContent } from '../../../core/mail/parsed-mail.ts';
import { BlockQueue, inBlocks, Window } from './blocks.ts';
import { type AttachmentStore, BLOCK_BYTES, type FromReader, type ToReader, WINDOW_BLOCKS } from './protocol.ts';

/** A mail that a reader thread could not read. Nothing is wrong with the function: the mail gets a defect. */
export class ReadingStopped extends PermanentError {
  readonly defect: 'parse.deadline' | 'parse.crash';

  constructor(defect: 'parse.deadline' | 'parse.crash', message: string) {
    super(defect, message);
    this.defect = defect;
  }
}

type Post = (message: ToReader, memory?: ArrayBuffer) => void;

/** One mail in a reader thread, as the function sees it: feeds the thread, stores what it decodes, counts its time. */
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
  #attachment: BlockQueue | null = null;
  #attachmentBlocks = 0;
  #attachmentEnded = false;
  #busyMs = 0;

  constructor(post: Post, store: AttachmentStore) {
    this.#post = post;
    this.#store = store;
    this.#content = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Settles when the thread has answered and `source` is used up, or with the first failure. */
  async run(source: AsyncIterable<Buffer>, limits: MimeLimits): Promise<MailContent> {
    this.#post({ type: 'read', limits });
    const [content] = await Promise.all([this.#content, this.#feed(source)]);
    return content;
  }

  receive(message: FromReader): void {
    switch (message.type) {
      case 'source-taken':
        this.#sourceBlocks -= 1;
        this.#sourceWindow.release();
        break;
      case 'attachment':
        this.#startAttachment(message.head);
        break;
      case 'attachment-bytes':
        this.#attachmentBlocks += 1;
        this.#attachment?.push(message.bytes);
        break;
      case 'attachment-end':
        this.#attachmentEnded = true;
        this.#attachment?.end();
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

  /** Milliseconds that the thread has worked without waiting for the store, `elapsed` more if it is at work now. */
  workedFor(elapsed: number): number {
    if (!this.#waitsForUs) this.#busyMs += elapsed;
    return this.#busyMs;
  }

  get #waitsForUs(): boolean {
    const waitsForSource = this.#sourceBlocks === 0 && !this.#sourceEnded;
    const waitsForSink =
      this.#attachment !== null && (this.#attachmentEnded || this.#attachmentBlocks === WINDOW_BLOCKS);
    return waitsForSource || waitsForSink;
  }

  async #feed(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const bytes of inBlocks(source, BLOCK_BYTES)) {
      await this.#sourceWindow.acquire();
      // A reader that answers early, at a limit, needs the rest no more; the source is still read to its end.
      if (this.#settled) continue;
      this.#sourceBlocks += 1;
      this.#post({ type: 'source', bytes }, bytes.buffer);
    }
    this.#sourceEnded = true;
    this.#post({ type: 'source-end' });
  }

  #startAttachment(head: Parameters<AttachmentStore>[0]): void {
    const blocks = new BlockQueue(() => {
      this.#attachmentBlocks -= 1;
      this.#post({ type: 'attachment-taken' });
    });
    this.#attachment = blocks;
    this.#attachmentEnded = false;
    this.#store(head, blocks).then(
      (place) => {
        this.#attachment = null;
        this.#post({ type: 'attachment-stored', place });
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
