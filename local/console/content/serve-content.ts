import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { allAttachments } from '../../../core/mail/attachments.ts';
import type { Attachment, MimeStructure, ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { isPicture } from '../api/picture.ts';
import { HTML_VIEW_HEADERS, htmlView } from './html-view.ts';
import type { PdfPages } from './pdf-pages.ts';

export interface ContentDeps {
  store: Pick<ObjectStore, 'get'>;
  pages: Pick<PdfPages, 'page'>;
}

/** Maximum bytes of an attachment shown as text. */
const TEXT_BYTES = 1_000_000;

/**
 * Serves the content of a mail: `/html`, and for an attachment `/attachments/<partId>/html` (an attached mail),
 * `…/picture`, `…/pages/<n>` and `…/text`. All answers have a policy under which they load and run nothing.
 *
 * @param what path after `/mails/<id>`
 * @returns false when the path is unknown
 */
export async function serveContent(
  deps: ContentDeps,
  response: ServerResponse,
  mail: ParsedMail,
  what: string,
): Promise<boolean> {
  if (what === '/html') return serveHtml(deps, response, mail);
  const [, partId = '', form, page] = /^\/attachments\/([^/]+)\/(html|picture|text|pages\/(\d{1,5}))$/.exec(what) ?? [];
  const attachment = attachmentOf(mail, partId);
  if (attachment === undefined) return false;
  if (page !== undefined) return servePage(deps, response, attachment, Number(page));
  if (form === 'picture') return servePicture(deps, response, attachment);
  if (form === 'text') return serveText(deps, response, attachment, mail.structure);
  return attachment.message ? serveHtml(deps, response, attachment.message) : false;
}

/** @param partId as it appears in a path */
export function attachmentOf(mail: ParsedMail, partId: string): Attachment | undefined {
  return allAttachments(mail.attachments).find((attachment) => encodeURIComponent(attachment.partId) === partId);
}

async function serveHtml(
  { store }: ContentDeps,
  response: ServerResponse,
  { html, attachments }: { html: string | null; attachments: readonly Attachment[] },
): Promise<boolean> {
  if (html === null) return false;
  const view = await htmlView({ html, attachments }, store);
  response.writeHead(200, HTML_VIEW_HEADERS).end(view.html);
  return true;
}

async function servePicture(
  { store }: ContentDeps,
  response: ServerResponse,
  { bucket, key, detectedType }: Attachment,
): Promise<boolean> {
  const stored = isPicture(detectedType) ? await store.get({ bucket, key }) : null;
  if (stored === null || detectedType === null) return false;
  response.writeHead(200, { 'content-type': detectedType, 'content-length': stored.size });
  await pipeline(stored.body, response);
  return true;
}

/** Does not render a page if the client has gone. */
async function servePage(
  { pages }: ContentDeps,
  response: ServerResponse,
  attachment: Attachment,
  page: number,
): Promise<boolean> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const picture = await pages.page(attachment, page, left.signal);
  response.writeHead(200, { 'content-type': 'image/png', 'content-length': picture.length }).end(picture);
  return true;
}

/** Serves the attachment as plain text in UTF-8, whatever type it declares. */
async function serveText(
  { store }: ContentDeps,
  response: ServerResponse,
  { bucket, key, partId, size }: Attachment,
  structure: MimeStructure | null,
): Promise<boolean> {
  const stored = await store.get(
    { bucket, key },
    size > TEXT_BYTES ? { range: { start: 0, end: TEXT_BYTES - 1 } } : {},
  );
  if (stored === null) return false;
  const text = decoded(await buffer(stored.body), charsetOf(structure, partId));
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  return true;
}

function charsetOf(structure: MimeStructure | null, partId: string): string | null {
  if (structure === null) return null;
  if (structure.partId === partId) return structure.charset;
  for (const child of structure.children) {
    const charset = charsetOf(child, partId);
    if (charset !== null) return charset;
  }
  return null;
}

/** Falls back to UTF-8 for a charset name the Encoding Standard lacks. */
function decoded(bytes: Buffer, charset: string | null): string {
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
