import { randomBytes } from 'node:crypto';
import { noSuchUpload } from './errors.ts';
import type { ObjectProperties } from './object-headers.ts';
import type { Checksum, ChecksumAlgorithm } from './record.ts';
import type { TempBody } from './temp-body.ts';

export interface UploadedPart {
  number: number;
  body: TempBody;
  size: number;
  md5: Buffer;
  /** Checksum with the upload's algorithm; null if it has none. */
  digest: Buffer | null;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface NewUpload {
  bucket: string;
  key: string;
  properties: ObjectProperties;
  checksum: { algorithm: ChecksumAlgorithm; type: Checksum['type'] } | null;
}

export interface Upload extends NewUpload {
  id: string;
  /** Milliseconds since 1970. */
  initiated: number;
  parts: Map<number, UploadedPart>;
}

/**
 * Multipart uploads in progress. Unlike on S3 they do not outlive the process: nothing was acknowledged as an object,
 * and clients start over.
 */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  create(upload: NewUpload): Upload {
    const created = { ...upload, id: randomBytes(24).toString('base64url'), initiated: Date.now(), parts: new Map() };
    this.#uploads.set(created.id, created);
    return created;
  }

  /** Oldest first. */
  list(bucket: string): Upload[] {
    return [...this.#uploads.values()].filter((upload) => upload.bucket === bucket);
  }

  /** @throws S3Error 404 NoSuchUpload */
  get(bucket: string, key: string, id: string | undefined): Upload {
    const upload = this.#uploads.get(id ?? '');
    if (upload?.bucket !== bucket || upload.key !== key) throw noSuchUpload();
    return upload;
  }

  /**
   * Takes an upload out, so that no one else can add to it or end it. `restore` puts it back.
   *
   * @throws S3Error 404 NoSuchUpload
   */
  take(bucket: string, key: string, id: string | undefined): Upload {
    const upload = this.get(bucket, key, id);
    this.#uploads.delete(upload.id);
    return upload;
  }

  restore(upload: Upload): void {
    this.#uploads.set(upload.id, upload);
  }

  /**
   * Stores a part, replacing an earlier one with its number.
   *
   * @throws S3Error 404 when the upload has ended in the meantime
   */
  async setPart(upload: Upload, part: UploadedPart): Promise<void> {
    if (!this.#uploads.has(upload.id)) throw noSuchUpload();
    const replaced = upload.parts.get(part.number);
    upload.parts.set(part.number, part);
    await replaced?.body.discard();
  }
}

export async function discardParts(upload: Upload): Promise<void> {
  for (const { body } of upload.parts.values()) await body.discard();
}
