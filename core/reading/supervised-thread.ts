import { Worker } from 'node:worker_threads';
import { errorText } from '../mail/errors.ts';
import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import type { AttachmentStore } from '../mime/describe-attachment.ts';
import { type FromReader, READER_THREAD, type Reading } from './protocol.ts';
import type { ReadingRoom } from './reading-room.ts';
import { ReadingInterrupted, ReadingStopped, SupervisedRead } from './supervised-read.ts';
import { YOUNG_GENERATION_MB } from './young-generation.ts';

/** How often time and memory of a reading thread are checked, milliseconds. */
const WATCH_MS = 50;

/** Milliseconds to wait for a terminated thread: V8 cannot end some of its own loops, and the mail must not wait. */
const TERMINATION_MS = 1_000;

export interface ThreadOptions {
  /** The bundle, which serves reads when its `workerData` is READER_THREAD. */
  entry: URL;
  /** Memory of the whole function, MB. */
  memoryMb: number;
}

export interface ReadOptions {
  reading: Reading;
  limits: MimeLimits;
  /** Milliseconds of work on this mail, without waiting for the store. */
  deadlineMs: number;
  /** Ends the read with the signal's reason. */
  signal: AbortSignal;
  /** Whether no other mail may be read at the same time. Default false. */
  alone?: boolean | undefined;
}

/** One reader thread and its watchdog: a blocked thread cannot run its own timer. */
export class SupervisedThread {
  /** Resolves when the thread has loaded its reader, or has ended. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #memoryMb: number;
  readonly #room: Pick<ReadingRoom, 'crowded'>;
  #read: SupervisedRead | null = null;
  #alive = true;

  constructor({ entry, memoryMb }: ThreadOptions, room: Pick<ReadingRoom, 'crowded'>) {
    this.#room = room;
    this.#memoryMb = memoryMb;
    this.#worker = new Worker(entry, {
      workerData: READER_THREAD,
      name: READER_THREAD,
      env: {},
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(64, Math.floor(memoryMb / 4)),
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    // An idle thread must not keep the process alive. Node undoes `unref` before the thread is online.
    this.#worker.on('online', () => this.#worker.unref());
    this.ready = new Promise((resolve) => {
      this.#worker.on('message', (message: FromReader) => {
        if (message.type === 'ready') resolve();
        else this.#read?.receive(message);
      });
      this.#worker.on('error', (error) => this.#died(errorText(error)));
      this.#worker.on('exit', () => {
        this.#died('the reader thread ended');
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * @throws ReadingStopped, ReadingInterrupted, or the error of `source`, `store` or `signal`. The thread has then
   * ended.
   */
  async read(source: AsyncIterable<Buffer>, store: AttachmentStore, options: ReadOptions): Promise<MailContent> {
    options.signal.throwIfAborted();
    const read = new SupervisedRead((message, memory) => {
      this.#worker.postMessage(message, memory === undefined ? [] : [memory]);
    }, store);
    this.#read = read;
    const abort = () => read.fail(options.signal.reason);
    options.signal.addEventListener('abort', abort);
    const watch = this.#watch(read, options.deadlineMs);
    try {
      return await read.run(source, options.reading, options.limits);
    } catch (error) {
      this.#alive = false;
      await this.#terminate();
      throw error;
    } finally {
      clearInterval(watch);
      options.signal.removeEventListener('abort', abort);
      this.#read = null;
    }
  }

  async #terminate(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TERMINATION_MS);
    });
    await Promise.race([this.#worker.terminate(), patience]).finally(() => clearTimeout(timer));
  }

  /** V8's limits do not cover Buffers, so the process is watched: a read that makes it grow too far is stopped. */
  #watch(read: SupervisedRead, deadlineMs: number): NodeJS.Timeout {
    const MB = 1024 * 1024;
    const before = process.memoryUsage.rss();
    return setInterval(() => {
      if (read.workedFor(WATCH_MS) > deadlineMs) {
        read.fail(new ReadingStopped('parse.deadline', `reading took longer than ${deadlineMs} ms`));
      }
      const used = process.memoryUsage.rss();
      if (used > 0.85 * this.#memoryMb * MB && used - before > 0.25 * this.#memoryMb * MB) {
        const reason = `reading took ${Math.round((used - before) / MB)} MB of memory`;
        read.fail(this.#room.crowded ? new ReadingInterrupted(reason) : new ReadingStopped('parse.crash', reason));
      }
    }, WATCH_MS);
  }

  #died(reason: string): void {
    this.#alive = false;
    this.#read?.fail(new ReadingStopped('parse.crash', reason));
  }
}
