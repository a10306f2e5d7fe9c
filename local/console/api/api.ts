import type { Actions } from './actions.ts';
import type { Flow } from './flow.ts';
import type { HtmlFacts, MailDetail } from './mail.ts';
import type { Facets, MailPage, MailQuery } from './mails.ts';

export type * from './actions.ts';
export type * from './flow.ts';
export type * from './mail.ts';
export type * from './mails.ts';

/**
 * The console's HTTP API: types only, for the server and for the page. `Routes` is the table that the server's router
 * and the page's `fetch` helper follow.
 *
 * Every answer is JSON and never cached. Times are ISO 8601 in UTC, durations milliseconds, sizes bytes. Unknown values
 * are null, never 0. Errors have a 4xx or 5xx status and an `ApiError` as body. POST takes JSON and requires the token
 * of the page in the header `x-console-token`.
 *
 * Beside the API: `/api/events` (`ServerEvents`), `/mails/<id>.json` (the stored document), `/mails/<id>/raw`,
 * `/mails/<id>/attachments/<partId>`, `/mails/<id>/html` and, of an attachment, `…/html` (an attached mail),
 * `…/picture`, `…/pages/<n>` (of a PDF, PNG), `…/text` (as UTF-8), and `/api/download?id=…&id=…` (ZIP of raw mails).
 */
export interface Routes extends Actions {
  /** Newest first. */
  'GET /api/mails': { query: MailQuery; answer: MailPage };
  /** 404 when the id is unknown. */
  'GET /api/mails/:id': { answer: MailDetail };
  /** What was removed from its HTML, or from the HTML of an attached mail; 404 when it has none. */
  'GET /api/mails/:id/html': { query: { part?: string }; answer: HtmlFacts };
  'GET /api/flow': { answer: Flow };
  /** Values of the filters, with the number of indexed mails for each. */
  'GET /api/facets': { answer: Facets };
}

export type Route = keyof Routes;
export type Answer<R extends Route> = Routes[R]['answer'];

/** Parts of a request; `params` are the `:names` of the path. */
export interface RequestOf<R extends Route> {
  params: Record<ParamsOf<R>, string>;
  query: Routes[R] extends { query: infer Query } ? Query : Record<string, never>;
  body: Routes[R] extends { body: infer Body } ? Body : null;
}

type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export interface ApiError {
  error: {
    /**
     * Stable: `not_found`, `query.invalid`, `token.missing`, `foreign`, `method`, `failed`, or that of a PipelineError.
     */
    code: string;
    /** For people: what is wrong and what to do. */
    message: string;
  };
}

/** In the page, as JSON in `<script type="application/json" id="page">`. */
export interface PageState {
  token: string;
  /** `local`: this machine, with failure injection; `deployment`: read with the caller's credentials. */
  place: { kind: 'local' | 'deployment'; name: string; rawBucket: string; contentBucket: string };
  version: string;
  /** Id of the last event before the data of the page was read. */
  event: string;
  /** Answer to the page's first request, so that it paints at once; null when there is none. */
  mails: MailPage | null;
  mail: MailDetail | null;
}
