import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../../core/log/log.ts';
import { allAttachments } from '../../core/mail/attachments.ts';
import { errorText } from '../../core/mail/errors.ts';
import { isMailId } from '../../core/mail/id.ts';
import type { ObjectRef, ObjectStore } from '../../core/ports/object-store.ts';
import { foreignRequest } from '../http/loopback-host.ts';
import { contentDisposition } from './content-disposition.ts';
import type { Mails } from './mails.ts';
import { CONTENT_SECURITY_POLICY } from './page.ts';
import { errorView, listView, mailView } from './views.ts';

const PAGE_SIZE = 50;
/** What targets of requests are relative to. */
const HERE = 'http://127.0.0.1';

export interface ConsoleOptions {
  mails: Mails;
  store: ObjectStore;
  log: Log;
}

/**
 * A page for one person on this machine: the mails that came in, and each as JSON. It shows no mail's HTML; what a
 * mail brought leaves as a download only.
 */
export function consoleListener({ mails, store, log }: ConsoleOptions): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    serve(request, response).catch((error: unknown) => {
      log.error('the console could not answer', { url: request.url, error });
      if (response.headersSent) response.destroy();
      else sendError(response, 500, 'The console failed', errorText(error));
    });
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = foreignRequest(request);
    if (foreign !== null) return sendError(response, 403, 'Not for other sites', foreign);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendError(response, 405, 'Only for reading', `There is no ${request.method} here.`);
    }
    const target = request.url ?? '/';
    const url = URL.canParse(target, HERE) ? new URL(target, HERE) : null;
    const before = url?.searchParams.get('before') ?? null;
    if (url === null || (before !== null && !isMailId(before))) {
      return sendError(response, 404, 'Not found', 'There is no such page or mail.');
    }
    if (url.pathname === '/') {
      return sendText(response, 'text/html', listView(await mails.page(PAGE_SIZE, before), before === null));
    }
    const [, id, what = ''] = /^\/mails\/([0-9A-Z]+)(\.json|\/raw|\/attachments\/[^/]+)?$/.exec(url.pathname) ?? [];
    if (id !== undefined && (await serveMail(response, id, what))) return;
    sendError(response, 404, 'Not found', 'There is no such page or mail.');
  }

  /** False when there is no such thing. */
  async function serveMail(response: ServerResponse, id: string, what: string): Promise<boolean> {
    if (what === '.json') {
      const document = await mails.document(id);
      if (document === null) return false;
      sendText(response, 'application/json', document);
      return true;
    }
    const mail = await mails.mail(id);
    if (mail === null) return false;
    if (what === '') {
      sendText(response, 'text/html', mailView(mail));
      return true;
    }
    if (what === '/raw') return download(response, mail.raw, `${id}.eml`);
    const name = what.slice('/attachments/'.length);
    const attachment = allAttachments(mail.attachments).find(({ partId }) => encodeURIComponent(partId) === name);
    if (attachment === undefined) return false;
    return download(response, attachment, attachment.filename ?? `${id}-${attachment.partId}`);
  }

  async function download(response: ServerResponse, { bucket, key }: ObjectRef, filename: string): Promise<boolean> {
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
}

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);
}

function sendError(response: ServerResponse, status: number, title: string, detail: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(errorView(title, detail));
}
