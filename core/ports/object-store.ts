import type { Readable } from 'node:stream';

export interface ObjectRef {
  bucket: string;
  key: string;
  /** For reading: this version instead of the latest. Null, or absent, when no version is known. */
  versionId?: string | null;
}

export interface PutOptions {
  contentType?: string;
  /** User metadata, 2 KB over all names and values (AWS quota). Names in lower case. */
  metadata?: Readonly<Record<string, string>>;
  /** Write once (`If-None-Match: *`): an existing object is left unchanged, and the outcome says `exists`. */
  ifAbsent?: boolean;
  /**
   * Optimistic concurrency (`If-Match`): stored only while the object has this entity tag, otherwise the outcome says
   * `changed`. The body must be one that nobody else writes: after a lost answer it identifies one's own object.
   */
  ifMatch?: string;
  /** CRC32 of a body that is not a stream, if the caller has it: the store refuses a body that does not match. */
  crc32?: number;
  /** Aborts the upload; nothing becomes visible, and no parts are left behind. */
  signal?: AbortSignal;
}

/** A complete body, in one piece or in several; or a stream. */
export type PutBody = Buffer | readonly Buffer[] | AsyncIterable<Buffer>;

/** What a copy gets instead of the properties of its source. */
export type CopyOptions = Pick<PutOptions, 'contentType' | 'metadata' | 'ifAbsent' | 'signal'>;

export interface PutResult {
  /** `exists` and `changed` mean that a condition did not hold and nothing was stored. */
  outcome: 'created' | 'exists' | 'changed';
  /** Null on an unversioned bucket, and when nothing was stored. */
  versionId: string | null;
}

export interface ObjectHead {
  /** Bytes of the whole object, even when a range of it is read. */
  size: number;
  lastModified: Date;
  /** Entity tag, opaque: for `ifMatch`. */
  etag: string;
  contentType: string | null;
  metadata: Readonly<Record<string, string>>;
  versionId: string | null;
}

export interface StoredObject extends ObjectHead {
  /** Consume or destroy it: an unread body occupies its connection. */
  body: Readable;
}

export interface ListedObject {
  key: string;
  size: number;
  lastModified: Date;
}

/**
 * S3 as this project uses it. `core/aws` implements it; local mode uses the same implementation against the local
 * server. The conformance suite `test/conformance/object-store.ts` tests every implementation against this description.
 *
 * All methods reject with TransientError when the store cannot be reached, throttles, fails (5xx, timeouts) or is
 * aborted, with AccessError when access is denied or the bucket does not exist, and with PermanentError when it refuses
 * the request itself. The code is that of S3: `s3.AccessDenied`, `s3.SlowDown`, `s3.AbortError`, and from the local
 * store
 * `s3.InsufficientStorage` when its disk is full.
 */
export interface ObjectStore {
  /**
   * Visible with body and metadata together, or not at all. A failing body rejects with its own error. After an abort,
   * as after a lost answer, the object may have been stored anyway: with `ifAbsent` a retry finds it.
   */
  put(ref: ObjectRef, body: PutBody, options?: PutOptions): Promise<PutResult>;
  /**
   * Copies `from` to another key, up to 5 GB (S3 quota), without transferring the bytes through this process. Needs
   * read access to `from`. `exists` may be our own copy, whose answer was lost.
   */
  copy(from: ObjectRef, to: ObjectRef, options?: CopyOptions): Promise<PutResult>;
  /** Null when there is no such object. `range` is in bytes, `end` inclusive. */
  get(
    ref: ObjectRef,
    options?: { range?: { start: number; end: number }; signal?: AbortSignal },
  ): Promise<StoredObject | null>;
  /** Null when there is no such object. */
  head(ref: ObjectRef): Promise<ObjectHead | null>;
  /** In key order (UTF-8 bytes). */
  list(bucket: string, options?: { prefix?: string; startAfter?: string }): AsyncIterable<ListedObject>;
  /** Deleting a missing object succeeds. */
  delete(ref: ObjectRef): Promise<void>;
}
