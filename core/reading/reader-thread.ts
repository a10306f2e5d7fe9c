import type { MessagePort } from 'node:worker_threads';
import { errorText } from '../mail/errors.ts';
import type { MimeLimits } from '../mail/limits.ts';
import { type AttachmentStore, describing } from '../mime/describe-attachment.ts';
import { hashOnly } from '../mime/second-reading.ts';
import type { AttachmentSink, MimeReader } from '../ports/mime-reader.ts';
import type { ObjectRef } from '../ports/object-store.ts';
import type { Channel } from '../stream/channel.ts';
import { asBuffer, blockStream, inBlocks, Window } from './blocks.ts';
import { BLOCK_BYTES, type FromReader, type Reading, type ToReader, WINDOW_BLOCKS } from './protocol.ts';

/** The two readers, each loaded on first use. */
export type Readers = Readonly<Record<Reading, () => Promise<MimeReader>>>;

/**
 * The inside of a reader thread: all work on hostile bytes happens here, without network, environment or AWS clients.
 * Whatever goes wrong in it, the supervisor ends the thread and continues.
 */
export function serveReads(port: MessagePort, readers: Readers): void {
  let current: ThreadRead | null = null;
  port.on('message', (message: ToReader) => {
    if (message.type === 'read') {
      current = new ThreadRead(port);
      void current.run(readers[message.reading], message.reading, message.limits);
    } else {
      current?.receive(message);
    }
  });
  const ready: FromReader = { type: 'ready' };
  port.postMessage(ready);
}

/** An attachment on its way to the function. */
interface Outgoing {
  window: Window;
  stored: (place: ObjectRef) => void;
}

class ThreadRead {
  readonly #port: MessagePort;
  readonly #source: Channel;
  readonly #outgoing = new Map<number, Outgoing>();
  #attachments = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#source = blockStream(() => this.#post({ type: 'source-taken' }));
  }

  async run(load: () => Promise<MimeReader>, reading: Reading, limits: MimeLimits): Promise<void> {
    const sink: AttachmentSink = reading === 'first' ? describing(this.#handOver) : hashOnly;
    try {
      const reader = await load();
      const content = await reader.read(this.#source, sink, limits);
      this.#post({ type: 'content', content });
    } catch (error) {
      this.#post({ type: 'failed', reason: errorText(error) });
    }
  }

  receive(message: Exclude<ToReader, { type: 'read' }>): void {
    switch (message.type) {
      case 'source':
        this.#source.push(asBuffer(message.bytes));
        break;
      case 'source-end':
        this.#source.end();
        break;
      case 'attachment-taken':
        this.#outgoing.get(message.attachment)?.window.release();
        break;
      case 'attachment-stored':
        this.#outgoing.get(message.attachment)?.stored(message.place);
        break;
    }
  }

  readonly #handOver: AttachmentStore = async (head, content) => {
    const attachment = ++this.#attachments;
    const window = new Window(WINDOW_BLOCKS);
    const place = new Promise<ObjectRef>((resolve) => {
      this.#outgoing.set(attachment, { window, stored: resolve });
    });
    this.#post({ type: 'attachment', attachment, head });
    for await (const bytes of inBlocks(content, BLOCK_BYTES)) {
      await window.acquire();
      this.#post({ type: 'attachment-bytes', attachment, bytes }, bytes.buffer);
    }
    this.#post({ type: 'attachment-end', attachment });
    return place.finally(() => this.#outgoing.delete(attachment));
  };

  #post(message: FromReader, memory?: ArrayBuffer): void {
    this.#port.postMessage(message, memory === undefined ? [] : [memory]);
  }
}
