import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorText, PermanentError } from '../core/mail/errors.ts';
import { foreignMailId } from '../core/mail/id.ts';
import { RawData, type RawMail } from '../core/reading/raw-data.ts';
import type { ContentDeps } from '../core/reading/read-content.ts';

/** Maximum bytes of standard input, which is spooled to a file because a mail is read twice. */
const INPUT_MAX_BYTES = 1024 ** 3;

/** A mail in a file, accessed like one in the raw bucket. It has no envelope, and the bucket name is empty. */
export interface MailFile {
  raw: RawMail;
  /** A store with this single object. */
  store: ContentDeps['store'];
  close(): Promise<void>;
}

/**
 * Opens a mail file. Anything but a regular file, such as a shell pipe, is spooled to a temporary file.
 *
 * @throws PermanentError `file.missing`, `file.directory`, `file.unreadable`, `file.too_large`
 */
export async function openMailFile(path: string, signal: AbortSignal): Promise<MailFile> {
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unreadable(path, error);
  });
  if (found === null) throw new PermanentError('file.missing', `${path} does not exist`);
  if (found.isDirectory()) throw new PermanentError('file.directory', `${path} is a folder: give one .eml file`);
  return found.isFile() ? opened(path, basename(path)) : spoolMail(basename(path), createReadStream(path), signal);
}

/**
 * Spools a mail that can be read only once to a temporary file.
 *
 * @throws PermanentError `file.unreadable`, `file.too_large`
 */
export async function spoolMail(
  name: string,
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<MailFile> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-pipeline-parse-'));
  const remove = () => rm(folder, { recursive: true });
  const path = join(folder, 'mail.eml');
  try {
    // A stream, because an abort destroys it; a generator would keep waiting for its next chunk.
    const source = input instanceof Readable ? input : Readable.from(input);
    await pipeline(source, bounded, createWriteStream(path), { signal });
    const mail = await opened(path, name);
    return { ...mail, close: () => mail.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error instanceof PermanentError ? error : unreadable(name, error);
  }
}

async function* bounded(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > INPUT_MAX_BYTES) {
      throw new PermanentError(
        'file.too_large',
        `the input is longer than ${INPUT_MAX_BYTES} bytes: give a file instead`,
      );
    }
    yield chunk;
  }
}

async function opened(path: string, name: string): Promise<MailFile> {
  const { size, mtime } = await stat(path);
  const place = { bucket: '', key: name };
  const object = { size, lastModified: mtime, etag: '', contentType: null, metadata: {}, versionId: null };
  const body = createReadStream(path);
  // The reader receives the error; until it reads, the rejection must not count as unhandled.
  body.on('error', () => {});
  const raw: RawMail = {
    id: foreignMailId(place, mtime),
    ...place,
    versionId: null,
    size,
    traceBytes: 0,
    envelope: null,
    receivedAt: mtime.toISOString(),
    data: new RawData(body, size, 0),
  };
  return {
    raw,
    store: { get: async (_ref, options) => ({ ...object, body: createReadStream(path, options?.range ?? {}) }) },
    close: async () => raw.data.close(),
  };
}

const unreadable = (path: string, error: unknown) =>
  new PermanentError('file.unreadable', `${path} cannot be read: ${errorText(error)}`);
