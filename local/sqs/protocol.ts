import type { IncomingMessage } from 'node:http';
import type { SqsError } from './errors.ts';
import type { JsonObject } from './operation.ts';

export interface Answer {
  status: number;
  contentType: string;
  body: string;
  /** Value of `x-amzn-query-error`. */
  errorHeader?: string;
}

/** The wire format of requests and answers. Operations only know the JSON form. */
export interface Protocol {
  decode(request: IncomingMessage, body: Buffer): { action: string; input: unknown };
  encode(action: string, output: JsonObject, requestId: string): Answer;
  encodeError(error: SqsError, requestId: string): Answer;
}
