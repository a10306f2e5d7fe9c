import type { ServerResponse } from 'node:http';
import type { ApiError } from '../api/api.ts';

/** An error answer to a request. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  /** @param message for people: what is wrong and what to do */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const notFound = (what: string): RequestError => new RequestError(404, 'not_found', `There is no ${what}.`);

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}

export function sendError(response: ServerResponse, { status, code, message }: RequestError): void {
  const body: ApiError = { error: { code, message } };
  sendJson(response, status, body);
}
