import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod/mini';
import { jsonOf } from '../../../core/mail/json.ts';
import { readBody } from '../../http/read-body.ts';
import type { Answer, RequestOf, Route } from '../api/api.ts';
import { notFound, RequestError, sendJson } from './api-error.ts';
import type { PageToken } from './security.ts';

/** Room for a composed mail of a million characters, each escaped in JSON. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

type RouteOf<Method extends string> = Extract<Route, `${Method} ${string}`>;
type Body<R extends Route> = RequestOf<R>['body'];

interface Asked<R extends Route> {
  /** Returns a `:name` of the path, decoded. */
  param: (name: keyof RequestOf<R>['params'] & string) => string;
  query: URLSearchParams;
  body: Body<R>;
}

/** The handler of one route, made by `get`, `post` and `upload`. */
export interface Endpoint {
  method: string;
  pattern: RegExp;
  answer: (param: (name: string) => string, query: URLSearchParams, request: IncomingMessage) => Promise<unknown>;
}

type Answering<R extends Route> = (asked: Asked<R>) => Answer<R> | Promise<Answer<R>>;

export function get<R extends RouteOf<'GET'>>(route: R, answering: Answering<R>): Endpoint {
  return {
    method: 'GET',
    pattern: patternOf(route),
    // A GET has no body, as the table of routes says too.
    answer: async (param, query) => answering({ param, query, body: null as Body<R> }),
  };
}

/** @param schema of the body */
export function post<R extends RouteOf<'POST'>>(
  route: R,
  schema: z.ZodMiniType<Body<R>>,
  answering: Answering<R>,
): Endpoint {
  return {
    method: 'POST',
    pattern: patternOf(route),
    answer: async (param, query, request) => {
      const decoded = schema.safeParse(await jsonBody(request));
      if (decoded.success) return answering({ param, query, body: decoded.data });
      const [issue] = decoded.error.issues;
      throw new RequestError(400, 'body.invalid', `${issue?.path.join('.') || 'The body'}: ${issue?.message}.`);
    },
  };
}

interface Uploaded {
  query: URLSearchParams;
  body: IncomingMessage;
  /** Length of the body in bytes. */
  size: number;
}

/**
 * @param type the only content type accepted; the body is streamed
 * @param limit name of the setting behind `maxBytes`, for the error message
 */
export function upload<R extends RouteOf<'POST'>>(
  route: R,
  { type, maxBytes, limit }: { type: string; maxBytes: number; limit: string },
  answering: (uploaded: Uploaded) => Promise<Answer<R>>,
): Endpoint {
  return {
    method: 'POST',
    pattern: patternOf(route),
    answer: async (_param, query, request) => {
      checkType(request, type);
      const length = request.headers['content-length'];
      if (length === undefined) {
        throw new RequestError(411, 'body.length', 'The request has no Content-Length: send one.');
      }
      const size = Number(length);
      if (size > maxBytes) throw tooLarge(`${size}`, `${maxBytes} (${limit})`);
      return answering({ query, body: request, size });
    },
  };
}

/** Serves `/api/…`. Routes without an endpoint do not exist: a deployment has no failure injection. */
export class ApiRouter {
  readonly #endpoints: readonly Endpoint[];
  readonly #token: PageToken;

  constructor(endpoints: readonly Endpoint[], token: PageToken) {
    this.#endpoints = endpoints;
    this.#token = token;
  }

  /** @throws RequestError, and whatever an endpoint throws */
  async serve(request: IncomingMessage, response: ServerResponse, { pathname, searchParams }: URL): Promise<void> {
    const fitting = this.#endpoints.filter(({ pattern }) => pattern.test(pathname));
    if (fitting.length === 0) throw notFound(`route ${pathname} in the API of this console`);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const endpoint = fitting.find((each) => each.method === method);
    if (endpoint === undefined) {
      const allowed = fitting.map((each) => (each.method === 'GET' ? 'GET, HEAD' : each.method)).join(', ');
      response.setHeader('allow', allowed);
      throw new RequestError(405, 'method', `${pathname} allows ${allowed}, not ${request.method}.`);
    }
    if (method === 'POST' && !this.#token.isIn(request)) {
      throw new RequestError(403, 'token.missing', 'Only the page of the console can make changes: reload it.');
    }
    const groups = endpoint.pattern.exec(pathname)?.groups ?? {};
    const param = (name: string) => decoded(groups[name] ?? '');
    sendJson(response, 200, await endpoint.answer(param, searchParams, request));
  }
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  checkType(request, 'application/json');
  const bytes = await readBody(request, MAX_BODY_BYTES);
  if (bytes !== null) return jsonOf(bytes.toString());
  throw tooLarge('too many', `${MAX_BODY_BYTES}`);
}

function checkType({ headers }: IncomingMessage, wanted: string): void {
  const type = headers['content-type'] ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() === wanted) return;
  throw new RequestError(415, 'body.type', `The content type is ${type || 'missing'}: send ${wanted}.`);
}

const tooLarge = (size: string, most: string): RequestError =>
  new RequestError(413, 'body.too_large', `The body has ${size} bytes, more than the limit of ${most}.`);

/** `GET /api/mails/:id` */
const patternOf = (route: Route): RegExp =>
  new RegExp(`^${route.slice(route.indexOf(' ') + 1).replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestError(400, 'path.invalid', `"${text}" in the path is not percent-encoded UTF-8.`);
  }
}
