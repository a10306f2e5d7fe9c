import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import type { ObjectRef } from '../../../core/ports/object-store.ts';
import { attachmentOf, type ContentDeps, serveContent } from '../content/serve-content.ts';
import { type ReadStore, readDocumentText, readRecord } from '../mail/record.ts';
import { contentDisposition } from './content-disposition.ts';

/**
 * Serves paths below `/mails/<id>` that are not views: `.json`, `/raw`, `/attachments/<partId>` and their renderings.
 */
export async function serveMailFile(
  { store, buckets, pages }: ContentDeps & { store: ReadStore; buckets: Buckets },
  response: ServerResponse,
  id: string,
  what: string,
): Promise<boolean> {
  if (what === '.json') {
    const document = await readDocumentText(store, buckets, id);
    if (document === null) return false;
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(document);
    return true;
  }
  const record = await readRecord(store, buckets, id);
  if (record === null) return false;
  const { document, raw } = record;
  if (what === '/raw') {
    const place = document?.raw ?? raw;
    return place !== null && download(store, response, place, `${id}.eml`);
  }
  if (document === null) return false;
  const attachment = attachmentOf(document, what.slice('/attachments/'.length));
  if (attachment === undefined) return serveContent({ store, pages }, response, document, what);
  return download(store, response, attachment, attachment.filename ?? `${id}-${attachment.partId}`);
}

async function download(
  store: ReadStore,
  response: ServerResponse,
  { bucket, key }: ObjectRef,
  filename: string,
): Promise<boolean> {
  const object = await store.get({ bucket, key });
  if (object === null) return false;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': object.size,
    'content-disposition': contentDisposition(filename),
  });
  await pipeline(object.body, response);
  return true;
}
