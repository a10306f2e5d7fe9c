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

/** What standard input may hold: a mail is read twice, so it is kept in a file meanwhile. */
const INPUT_MAX_BYTES = 1024 ** 3;

/** A mail in a file, opened like one in the raw bucket. It has no envelope, and is in no bucket: that name is empty. */
export interface MailFile {
  raw: RawMail;
  /** Holds this one object. */
  store: ContentDeps['store'];
  close(): Promise<void>;
}

/**
 * What is no regular file, a pipe of the shell for one, is kept in a temporary file.
 *
 * @throws PermanentError `file.missing`, `file.directory`, `file.unreadable`, `file.too_large`
 */
export async function openMailFile(path: string, signal: AbortSignal): Promise<MailFile> {
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unreadable(path, error);
  });
  if (found === null) throw new PermanentError('file.missing', `there is no file ${path}`);
  if (found.isDirectory()) throw new PermanentError('file.directory', `${path} is a folder: give one .eml file`);
  return found.isFile() ? opened(path, basename(path)) : spoolMail(basename(path), createReadStream(path), signal);
}

/** A mail that can be read once only, kept in a temporary file. @throws PermanentError `file.unreadable`, `file.too_large` */
export async function spoolMail(
  name: string,
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<MailFile> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-pipeline-parse-'));
  const remove = () => rm(folder, { recursive: true });
  const path = join(folder, 'mail.eml');
  try {
    // A stream, which an abort destroys: a generator would go on waiting for its next chunk.
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
      throw new PermanentError('file.too_large', `the input has more than ${INPUT_MAX_BYTES} bytes: give a file`);
    }
    yield chunk;
  }
}

async function opened(path: string, name: string): Promise<MailFile> {
  const { size, mtime } = await stat(path);
  const place = { bucket: '', key: name };
  const object = { size, lastModified: mtime, etag: '', contentType: null, metadata: {}, versionId: null };
  const body = createReadStream(path);
  // The reader gets the error; until it reads, the rejection must not count as unhandled.
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
