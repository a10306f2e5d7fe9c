import { buffer } from 'node:stream/consumers';
import { PermanentError } from '../core/mail/errors.ts';
import type { Attachment, ParsedMail } from '../core/mail/parsed-mail.ts';
import { withoutTrace } from '../core/mail/trace.ts';
import type { ObjectRef, ObjectStore, StoredObject } from '../core/ports/object-store.ts';
import { checked } from './parsed-mail.ts';

/** Access to the objects of one mail in S3, fetched on demand. */
export class StoredMail {
  readonly #mail: ParsedMail;
  readonly #objects: Pick<ObjectStore, 'get'>;

  constructor(mail: ParsedMail, objects: Pick<ObjectStore, 'get'>) {
    this.#mail = mail;
    this.#objects = objects;
  }

  /** The whole mail, including fields omitted from its message. */
  async whole(): Promise<ParsedMail> {
    return this.#mail.omitted.length === 0 ? this.#mail : checked(await fetchJson(this.#objects, this.#mail.document));
  }

  /**
   * The decoded bytes of an attachment, also of one inside an attached mail. Read the stream to the end or destroy it.
   */
  async attachment({ bucket, key }: Pick<Attachment, 'bucket' | 'key'>): Promise<AsyncIterable<Buffer>> {
    return (await open(this.#objects, { bucket, key })).body;
  }

  /** The original bytes of the mail. */
  async raw(): Promise<AsyncIterable<Buffer>> {
    const { bucket, key, traceBytes } = this.#mail.raw;
    return withoutTrace((await open(this.#objects, { bucket, key })).body, traceBytes);
  }
}

export async function fetchJson(objects: Pick<ObjectStore, 'get'>, ref: ObjectRef): Promise<unknown> {
  const { body } = await open(objects, ref);
  return JSON.parse((await buffer(body)).toString());
}

/** @throws PermanentError `object.missing`: it has expired, or was deleted */
async function open(objects: Pick<ObjectStore, 'get'>, ref: ObjectRef): Promise<StoredObject> {
  const stored = await objects.get(ref);
  if (stored !== null) return stored;
  throw new PermanentError('object.missing', `there is no object ${ref.bucket}/${ref.key}`);
}
