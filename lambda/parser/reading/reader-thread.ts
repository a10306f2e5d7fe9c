import type { MessagePort } from 'node:worker_threads';
import { errorText } from '../../../core/mail/errors.ts';
import type { MimeLimits } from '../../../core/mail/limits.ts';
import type { MimeReader } from '../../../core/ports/mime-reader.ts';
import type { ObjectRef } from '../../../core/ports/object-store.ts';
import { BlockQueue, inBlocks, Window } from './blocks.ts';
import { describing } from './describe-attachment.ts';
import { type AttachmentStore, BLOCK_BYTES, type FromReader, type ToReader, WINDOW_BLOCKS } from './protocol.ts';

/**
 * The inside of a reader thread: all work on hostile bytes happens here, without network, environment or AWS clients.
 * Whatever goes wrong in it, the supervisor ends the thread and goes on.
 */
export function serveReads(port: MessagePort, reader: MimeReader): void {
  let current: ThreadRead | null = null;
  port.on('message', (message: ToReader) => {
    if (message.type === 'read') {
      current = new ThreadRead(port);
      void current.run(reader, message.limits);
    } else {
      current?.receive(message);
    }
  });
}

class ThreadRead {
  readonly #port: MessagePort;
  readonly #source: BlockQueue;
  readonly #attachmentWindow = new Window(WINDOW_BLOCKS);
  #stored: (place: ObjectRef) => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
    this.#source = new BlockQueue(() => this.#post({ type: 'source-taken' }));
  }

  async run(reader: MimeReader, limits: MimeLimits): Promise<void> {
    try {
      const content = await reader.read(this.#source, describing(this.#handOver), limits);
      this.#post({ type: 'content', content });
    } catch (error) {
      this.#post({ type: 'failed', reason: errorText(error) });
    }
  }

  receive(message: Exclude<ToReader, { type: 'read' }>): void {
    switch (message.type) {
      case 'source':
        this.#source.push(message.bytes);
        break;
      case 'source-end':
        this.#source.end();
        break;
      case 'attachment-taken':
        this.#attachmentWindow.release();
        break;
      case 'attachment-stored':
        this.#stored(message.place);
        break;
    }
  }

  readonly #handOver: AttachmentStore = async (head, content) => {
    this.#post({ type: 'attachment', head });
    for await (const bytes of inBlocks(content, BLOCK_BYTES)) {
      await this.#attachmentWindow.acquire();
      this.#post({ type: 'attachment-bytes', bytes }, bytes.buffer);
    }
    const place = new Promise<ObjectRef>((resolve) => {
      this.#stored = resolve;
    });
    this.#post({ type: 'attachment-end' });
    return place;
  };

  #post(message: FromReader, memory?: ArrayBuffer): void {
    this.#port.postMessage(message, memory === undefined ? [] : [memory]);
  }
}
