import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isWhole, joined } from '../../core/aws/body.ts';
import { PermanentError } from '../../core/mail/errors.ts';
import type {
  ListedObject,
  ObjectRef,
  ObjectStore,
  PutBody,
  PutOptions,
  PutResult,
} from '../../core/ports/object-store.ts';
import type { OutgoingMessage, Queue } from '../../core/ports/queue.ts';

/** Called with its name before each operation that another process could observe: the place to wait, fail or end. */
export type Step = (name: string) => Promise<unknown>;

interface Entry {
  body: Buffer;
  options: PutOptions;
  lastModified: Date;
}

/** An in-memory object store, for tests that control every operation. */
export class MemoryStore implements ObjectStore {
  readonly objects: Map<string, Entry>;
  readonly #step: Step;

  /** @param objects of another store, to share its state as another process would */
  constructor(step: Step = async () => {}, objects: Map<string, Entry> = new Map()) {
    this.#step = step;
    this.objects = objects;
  }

  async put(ref: ObjectRef, body: PutBody, options: PutOptions = {}) {
    const bytes = isWhole(body) ? joined(body) : await buffer(body);
    await this.#step(`put ${ref.key}`);
    const there = this.objects.get(nameOf(ref));
    if (there !== undefined && options.ifAbsent === true) return { outcome: 'exists' as const, versionId: null };
    if (options.ifMatch !== undefined && (there === undefined || headOf(there).etag !== options.ifMatch)) {
      return { outcome: 'changed' as const, versionId: null };
    }
    this.objects.set(nameOf(ref), { body: bytes, options, lastModified: new Date() });
    return { outcome: 'created' as const, versionId: null };
  }

  async copy(from: ObjectRef, to: ObjectRef, options: PutOptions = {}): Promise<PutResult> {
    const source = this.objects.get(nameOf(from));
    if (source === undefined) throw new PermanentError('s3.NoSuchKey', `there is no ${nameOf(from)}`);
    return this.put(to, source.body, options);
  }

  async get(ref: ObjectRef) {
    await this.#step(`get ${ref.key}`);
    const entry = this.objects.get(nameOf(ref));
    return entry === undefined ? null : { ...headOf(entry), body: Readable.from([entry.body], { objectMode: false }) };
  }

  async head(ref: ObjectRef) {
    await this.#step(`head ${ref.key}`);
    const entry = this.objects.get(nameOf(ref));
    return entry === undefined ? null : headOf(entry);
  }

  async *list(bucket: string, options: { prefix?: string; startAfter?: string } = {}): AsyncGenerator<ListedObject> {
    const start = `${bucket}/${options.prefix ?? ''}`;
    for (const name of [...this.objects.keys()].sort()) {
      const entry = this.objects.get(name);
      const key = name.slice(bucket.length + 1);
      if (entry === undefined || !name.startsWith(start) || key <= (options.startAfter ?? '')) continue;
      yield { key, size: entry.body.length, lastModified: entry.lastModified };
    }
  }

  async delete(ref: ObjectRef) {
    await this.#step(`delete ${ref.key}`);
    this.objects.delete(nameOf(ref));
  }

  has(ref: ObjectRef): boolean {
    return this.objects.has(nameOf(ref));
  }
}

/** A store that overrides some operations. */
export function override(store: ObjectStore, methods: Partial<ObjectStore>): ObjectStore {
  return {
    put: (...call) => store.put(...call),
    copy: (...call) => store.copy(...call),
    get: (...call) => store.get(...call),
    head: (...call) => store.head(...call),
    list: (...call) => store.list(...call),
    delete: (...call) => store.delete(...call),
    ...methods,
  };
}

/** A queue that keeps the messages sent to it. */
export class MemoryQueue implements Pick<Queue, 'send'> {
  readonly sent: OutgoingMessage[];
  readonly #step: Step;

  constructor(step: Step = async () => {}, sent: OutgoingMessage[] = []) {
    this.#step = step;
    this.sent = sent;
  }

  async send(message: OutgoingMessage) {
    await this.#step('send');
    this.sent.push(message);
    return { messageId: String(this.sent.length) };
  }
}

const nameOf = ({ bucket, key }: ObjectRef): string => `${bucket}/${key}`;

const headOf = ({ body, options, lastModified }: Entry) => ({
  size: body.length,
  lastModified,
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
  contentType: options.contentType ?? null,
  metadata: options.metadata ?? {},
  versionId: null,
});
