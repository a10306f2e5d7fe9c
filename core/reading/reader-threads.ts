import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import { ReadingRoom } from './reading-room.ts';
import { type ReadOptions, SupervisedThread, type ThreadOptions } from './supervised-thread.ts';

/**
 * Milliseconds that a mail waits for a loaded thread before it gets a new one: mails do not wait for one that hangs. A
 * thread that is loading uses the CPU that the next one would need.
 */
const GROW_AFTER_MS = 200;

/** Maximum threads. Each takes about 20 MB, and one attachment in flight. */
const MAX_THREADS = 3;

/** Reader threads, kept between mails: only one while it keeps up. */
export class ReaderThreads {
  readonly #options: ThreadOptions;
  readonly #idle: SupervisedThread[] = [];
  readonly #waiting = new Set<(thread: SupervisedThread) => void>();
  readonly #room = new ReadingRoom();
  #threads = 0;
  /** For the most recently started thread. */
  #loaded = Promise.resolve();

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Starts the first thread, so that it loads together with the function. */
  warm(): void {
    this.#idle.push(this.#start());
  }

  async read(source: AsyncIterable<Buffer>, store: AttachmentStore, options: ReadOptions): Promise<MailContent> {
    await (options.alone ? this.#room.enterAlone() : this.#room.enter());
    try {
      const thread = await this.#acquire();
      try {
        return await thread.read(source, store, options);
      } finally {
        this.#release(thread);
      }
    } finally {
      this.#room.leave();
    }
  }

  async #acquire(): Promise<SupervisedThread> {
    const idle = this.#idle.pop();
    if (idle?.alive) return idle;
    if (idle !== undefined) this.#threads -= 1;
    if (this.#threads === 0) return this.#start();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const give = (thread: SupervisedThread) => {
        clearTimeout(timer);
        this.#waiting.delete(give);
        resolve(thread);
      };
      const grow = () => {
        if (this.#threads < MAX_THREADS) give(this.#start());
      };
      this.#waiting.add(give);
      void this.#loaded.then(() => {
        if (this.#waiting.has(give)) timer = setTimeout(grow, GROW_AFTER_MS);
      });
    });
  }

  #release(thread: SupervisedThread): void {
    if (!thread.alive) this.#threads -= 1;
    const [next] = this.#waiting;
    if (next !== undefined) next(thread.alive ? thread : this.#start());
    else if (thread.alive) this.#idle.push(thread);
  }

  #start(): SupervisedThread {
    this.#threads += 1;
    const thread = new SupervisedThread(this.#options, this.#room);
    this.#loaded = thread.ready;
    return thread;
  }
}
