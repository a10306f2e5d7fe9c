import { attachmentKey } from '../../core/mail/keys.ts';
import type { AttachmentStore } from '../../core/mime/describe-attachment.ts';
import type { ObjectStore, PutOptions } from '../../core/ports/object-store.ts';

/** Uploads of one mail that may be in flight while it is being read: each occupies a connection to the store. */
const IN_FLIGHT = 8;

/** Bytes of these uploads together. A larger attachment is awaited, because its memory is needed for the next one. */
const IN_FLIGHT_BYTES = 4 * 1024 * 1024;

interface UploadDeps {
  store: Pick<ObjectStore, 'put'>;
  contentBucket: string;
}

/** Stores the attachments of one mail. Small ones are uploaded concurrently, while the mail is read and claimed. */
export class AttachmentUploads {
  readonly #deps: UploadDeps;
  readonly #mailId: string;
  readonly #signal: AbortSignal;
  /** Uploads that have received all their bytes and were not awaited yet. */
  readonly #background: Promise<unknown>[] = [];
  #inFlight = 0;
  #bytes = 0;

  constructor(deps: UploadDeps, mailId: string, signal: AbortSignal) {
    this.#deps = deps;
    this.#mailId = mailId;
    this.#signal = signal;
  }

  /** Resolves when the upload has all the bytes; `stored` reports its result. */
  readonly store: AttachmentStore = async (head, content) => {
    const place = { bucket: this.#deps.contentBucket, key: attachmentKey(this.#mailId, head.partId) };
    // Never the declared type: a browser that opens the object must not run what a stranger sent.
    const options: PutOptions = { contentType: 'application/octet-stream', signal: this.#signal };
    let bytes = 0;
    let taken = () => {};
    const whenTaken = new Promise<void>((resolve) => {
      taken = resolve;
    });
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        bytes += chunk.length;
        yield chunk;
      }
      taken();
    }
    const upload = this.#deps.store.put(place, counted(), options);
    await Promise.race([upload, whenTaken]);
    if (this.#inFlight === IN_FLIGHT || this.#bytes + bytes > IN_FLIGHT_BYTES) await upload;
    else this.#goOnWithout(upload, bytes);
    return place;
  };

  /** Resolves when every attachment is stored. @throws the error of an upload */
  async stored(): Promise<void> {
    await Promise.all(this.#background);
  }

  /** Resolves when nothing is in flight any more, whatever the result. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#background);
  }

  #goOnWithout(upload: Promise<unknown>, bytes: number): void {
    this.#background.push(upload);
    this.#inFlight += 1;
    this.#bytes += bytes;
    const landed = () => {
      this.#inFlight -= 1;
      this.#bytes -= bytes;
    };
    upload.then(landed, landed);
  }
}
