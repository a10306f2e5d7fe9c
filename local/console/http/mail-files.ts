import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { allAttachments } from '../../../core/mail/attachments.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { Buckets } from '../../../core/outcome/mail-outcomes.ts';
import type { ObjectRef } from '../../../core/ports/object-store.ts';
import { type ReadStore, readDocumentText, readRecord } from '../mail/record.ts';
import { contentDisposition } from './content-disposition.ts';

/** What follows `/mails/<id>` and is no view: `.json`, `/raw`, `/attachments/<partId>`. */
export async function serveMailFile(
  { store, buckets }: { store: ReadStore; buckets: Buckets },
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
  const attachment = document === null ? undefined : attachmentOf(document, what.slice('/attachments/'.length));
  if (attachment === undefined) return false;
  return download(store, response, attachment, attachment.filename ?? `${id}-${attachment.partId}`);
}

/** @param partId as it stands in a path */
function attachmentOf(mail: ParsedMail, partId: string) {
  return allAttachments(mail.attachments).find((attachment) => encodeURIComponent(attachment.partId) === partId);
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
