import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../../core/log/log.ts';
import { errorText, PipelineError } from '../../core/mail/errors.ts';
import type { Buckets } from '../../core/outcome/mail-outcomes.ts';
import { serveArchive } from './actions/download.ts';
import type { PageState } from './api/api.ts';
import type { ConsoleAssets } from './assets.ts';
import type { ContentDeps } from './content/serve-content.ts';
import { notFound, RequestError, sendError } from './http/api-error.ts';
import { serveIcon } from './http/icon.ts';
import { serveMailFile } from './http/mail-files.ts';
import { decodeMailQuery } from './http/mail-query.ts';
import { pageOf } from './http/page.ts';
import type { ApiRouter } from './http/router.ts';
import { foreignToConsole, pagePolicy, SECURITY_HEADERS } from './http/security.ts';
import type { Known } from './known.ts';
import type { ReadStore } from './mail/record.ts';

/** Base URL of request targets. */
const HERE = 'http://127.0.0.1';
/** Views of the page other than lists and mails. */
const VIEWS = new Set(['/flow', '/try']);
const EVENTS = '/api/events';
const DOWNLOAD = '/api/download';

interface ServerOptions {
  known: Known;
  router: ApiRouter;
  store: ReadStore;
  buckets: Buckets;
  assets: ConsoleAssets;
  pages: ContentDeps['pages'];
  log: Log;
}

/** Serves the console's page, its API and the parts of mails, for a single user on this machine. */
export function consoleListener({ known, router, store, buckets, assets, pages, log }: ServerOptions): RequestListener {
  const policy = pagePolicy(assets);

  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, asRequestError(error, request));
    });
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = foreignToConsole(request);
    if (foreign !== null) throw new RequestError(403, 'foreign', `${foreign}.`);
    const target = request.url ?? '/';
    if (!URL.canParse(target, HERE)) throw notFound('such page or mail');
    const url = new URL(target, HERE);
    if (url.pathname.startsWith('/api/') && url.pathname !== EVENTS && url.pathname !== DOWNLOAD) {
      return router.serve(request, response, url);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      throw new RequestError(405, 'method', `${url.pathname} allows GET and HEAD, not ${request.method}.`);
    }
    if (serveIcon(response, url.pathname)) return;
    if (url.pathname === EVENTS) return serveEvents(request, response, url.searchParams.get('after'));
    if (url.pathname === DOWNLOAD) return serveArchive({ store, buckets }, response, url.searchParams.getAll('id'));
    const [, id = '', what = ''] = /^\/mails\/([0-9A-Z]+)(\.json|\/.+)?$/.exec(url.pathname) ?? [];
    if (what === '') return servePage(response, url, id);
    if (!(await serveMailFile({ store, buckets, pages }, response, id, what)))
      throw notFound('such mail, or part of it');
  }

  function serveEvents(request: IncomingMessage, response: ServerResponse, after: string | null): void {
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end();
      return;
    }
    const last = request.headers['last-event-id'];
    if (known.hub.connect(response, typeof last === 'string' ? last : after)) return;
    response.setHeader('retry-after', '5');
    throw new RequestError(503, 'events.full', 'Too many pages are open: close some of them.');
  }

  /** An unknown view is also a page, which says so. */
  async function servePage(response: ServerResponse, url: URL, id: string): Promise<void> {
    // Taken before reading, so that the page receives events that happen in the meantime.
    const first: Pick<PageState, 'event' | 'mails' | 'mail'> = { event: known.hub.last, mails: null, mail: null };
    let isThere = VIEWS.has(url.pathname);
    if (url.pathname === '/') {
      // The page reports what is wrong with its URL.
      first.mails = await listOf(url.searchParams);
      isThere = true;
    } else if (id !== '') {
      first.mail = await known.mail(id);
      isThere = first.mail !== null;
    }
    const title = first.mail === null ? 'Mails' : first.mail.document?.subject || '(no subject)';
    response.setHeader('content-security-policy', policy);
    response.writeHead(isThere ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(pageOf(title, known.pageState(first), assets));
  }

  async function listOf(parameters: URLSearchParams): Promise<PageState['mails']> {
    try {
      return await known.page(decodeMailQuery(parameters));
    } catch (error) {
      if (error instanceof RequestError) return null;
      throw error;
    }
  }

  function asRequestError(error: unknown, { url }: IncomingMessage): RequestError {
    if (error instanceof RequestError) return error;
    log.error('the console could not answer', { url, error: errorText(error) });
    const code = error instanceof PipelineError ? error.code : 'failed';
    return new RequestError(500, code, `The console could not answer: ${errorText(error)}.`);
  }
}
