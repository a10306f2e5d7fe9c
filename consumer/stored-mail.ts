import { buffer } from 'node:stream/consumers';
import { PermanentError } from '../core/mail/errors.ts';
import type { Attachment, ParsedMail } from '../core/mail/parsed-mail.ts';
import { withoutTrace } from '../core/mail/trace.ts';
import type { ObjectRef, ObjectStore, StoredObject } from '../core/ports/object-store.ts';
import { checked } from './parsed-mail.ts';

/** What stands in the buckets about one mail. Nothing is fetched before it is asked for. */
export class StoredMail {
  readonly #mail: ParsedMail;
  readonly #objects: Pick<ObjectStore, 'get'>;

  constructor(mail: ParsedMail, objects: Pick<ObjectStore, 'get'>) {
    this.#mail = mail;
    this.#objects = objects;
  }

  /** The mail with the fields that its message leaves out. */
  async whole(): Promise<ParsedMail> {
    return this.#mail.omitted.length === 0 ? this.#mail : checked(await fetchJson(this.#objects, this.#mail.document));
  }

  /** The decoded bytes of an attachment, of an attached mail's as well. Read them to the end or destroy the stream. */
  async attachment({ bucket, key }: Pick<Attachment, 'bucket' | 'key'>): Promise<AsyncIterable<Buffer>> {
    return (await open(this.#objects, { bucket, key })).body;
  }

  /** The bytes of the mail as they were received. */
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
