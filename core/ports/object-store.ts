import type { Readable } from 'node:stream';

export interface ObjectRef {
  bucket: string;
  key: string;
  /** For reading: that version instead of the latest. Null, or absent, where no version is known. */
  versionId?: string | null;
}

export interface PutOptions {
  contentType?: string;
  /** User metadata, 2 KB over all names and values (AWS quota). Names in lower case. */
  metadata?: Readonly<Record<string, string>>;
  /** Write once (`If-None-Match: *`): an existing object stays as it is and the outcome says `exists`. */
  ifAbsent?: boolean;
  /**
   * Compare and swap (`If-Match`): stored only while the object has this entity tag, else the outcome says `changed`.
   * What is written must be a body that nobody else writes: after a lost answer it tells one's own object from another's.
   */
  ifMatch?: string;
  /** CRC32 of a body that is not a stream, where the caller has it: the store refuses what is not that. */
  crc32?: number;
  /** Aborts the upload; nothing becomes visible and no parts stay behind. */
  signal?: AbortSignal;
}

/** A body that is there, in one piece or in several; or one that comes. */
export type PutBody = Buffer | readonly Buffer[] | AsyncIterable<Buffer>;

/** What an object that is copied gets in place of what its source has. */
export type CopyOptions = Pick<PutOptions, 'contentType' | 'metadata' | 'ifAbsent' | 'signal'>;

export interface PutResult {
  /** `exists` and `changed` say that a condition did not hold, and nothing was stored. */
  outcome: 'created' | 'exists' | 'changed';
  /** Null on an unversioned bucket, and when nothing was stored. */
  versionId: string | null;
}

export interface ObjectHead {
  /** Bytes of the whole object, also when a range of it is read. */
  size: number;
  lastModified: Date;
  /** Entity tag, opaque: for `ifMatch`. */
  etag: string;
  contentType: string | null;
  metadata: Readonly<Record<string, string>>;
  versionId: string | null;
}

export interface StoredObject extends ObjectHead {
  /** Consume or destroy it: an unread body holds its connection. */
  body: Readable;
}

export interface ListedObject {
  key: string;
  size: number;
  lastModified: Date;
}

/**
 * S3 as this project uses it. `core/aws` implements it; local mode is the same implementation against the local
 * server. The conformance suite `test/conformance/object-store.ts` holds every implementation to these words.
 *
 * All methods reject with TransientError when the store cannot be reached, throttles, fails (5xx, timeouts) or is
 * aborted, with AccessError when access is denied or the bucket is not there, and with PermanentError when it refuses
 * what it was sent. The code is that of S3: `s3.AccessDenied`, `s3.SlowDown`, `s3.AbortError`, and from the local store
 * `s3.InsufficientStorage` when its disk is full.
 */
export interface ObjectStore {
  /**
   * Visible with body and metadata together, or not at all. A failing body rejects with its own error. After an abort,
   * as after a lost answer, the object may have been stored all the same: put it `ifAbsent`, then a retry finds it.
   */
  put(ref: ObjectRef, body: PutBody, options?: PutOptions): Promise<PutResult>;
  /**
   * The bytes of `from` under another key, up to 5 GB (S3 quota), without a way through this process. Needs to read
   * `from`. `exists` may be our own copy, whose answer was lost.
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
  /** Deleting what is not there succeeds. */
  delete(ref: ObjectRef): Promise<void>;
}
