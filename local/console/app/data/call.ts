import type { Answer, ApiError, Route } from '../../api/api.ts';
import { PAGE } from './page-state.ts';

export interface CallOptions {
  /** Replaces `:id`. */
  id?: string;
  query?: URLSearchParams;
  /** Sent as JSON; a file is sent as the mail it contains. */
  body?: unknown;
  signal?: AbortSignal;
}

/** An error answer of the server. */
export class CallError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, { error }: ApiError) {
    super(error.message);
    this.status = status;
    this.code = error.code;
  }
}

/** Path of a route with its id and query. */
function address(path: string, { id, query }: CallOptions): string {
  const text = query?.toString() ?? '';
  return path.replace(':id', encodeURIComponent(id ?? '')) + (text === '' ? '' : `?${text}`);
}

/**
 * Makes one request to the API. Server and page are of the same build, so answers are not validated.
 *
 * @throws CallError with a sentence for people, also when the server cannot be reached
 */
export async function call<R extends Route>(route: R, options: CallOptions = {}): Promise<Answer<R>> {
  const [method = 'GET', path = ''] = route.split(' ');
  const request: RequestInit = { method, signal: options.signal ?? null };
  if (method === 'POST') {
    const { body = {} } = options;
    const type = body instanceof Blob ? 'message/rfc822' : 'application/json';
    request.headers = { 'content-type': type, 'x-console-token': PAGE.token };
    request.body = body instanceof Blob ? body : JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(address(path, options), request);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new CallError(0, {
      error: { code: 'unreachable', message: 'The console is not responding. Is it running?' },
    });
  }
  if (response.ok) return response.json();
  const fault: ApiError = await response.json().catch(() => UNKNOWN);
  throw new CallError(response.status, fault);
}

const UNKNOWN: ApiError = { error: { code: 'failed', message: 'The console failed without giving a reason.' } };
