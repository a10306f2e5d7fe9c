import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { isMailId } from '../../../core/mail/id.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import { RequestError } from '../http/api-error.ts';
import { contentDisposition } from '../http/content-disposition.ts';
import { type ReadStore, readRecord } from '../mail/record.ts';

const MAX_IDS = 100;

/**
 * Streams the raw bytes of several mails as one ZIP archive, `<id>.eml` each, in constant memory. Skips mails whose
 * bytes are gone; an error while reading a mail aborts the download.
 *
 * @throws RequestError unless there are 1 to 100 ids
 */
export async function serveArchive(
  { store, buckets }: { store: ReadStore; buckets: Buckets },
  response: ServerResponse,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0 || ids.length > MAX_IDS || !ids.every(isMailId)) {
    throw new RequestError(400, 'query.invalid', `Parameter id: give 1 to ${MAX_IDS} mail ids.`);
  }
  response.writeHead(200, {
    'content-type': 'application/zip',
    'content-disposition': contentDisposition('mails.zip'),
  });
  const zip = new ZipFile();
  for (const id of new Set(ids)) {
    const record = await readRecord(store, buckets, id);
    const place = record?.document?.raw ?? record?.raw ?? null;
    const object = place === null ? null : await store.get(place);
    if (object === null) continue;
    object.body.on('error', (error) => response.destroy(error));
    zip.addReadStream(object.body, `${id}.eml`, { mtime: object.lastModified });
  }
  zip.end();
  // Declared as the interface only; it is a Node stream.
  await pipeline(zip.outputStream as Readable, response);
}
