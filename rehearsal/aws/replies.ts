import type { ServerResponse } from 'node:http';
import { nameOf } from '../guard.ts';
import type { Asked } from './authorise.ts';
import type { Caller } from './caller.ts';

/** An error with the wording and format of the AWS service. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
}

export function denied({ principal }: Caller, { action, resource }: Asked): Refusal {
  const message = `${nameOf(principal)} is not authorized to perform: ${action} on resource: ${resource}`;
  return { status: 403, code: 'AccessDenied', message };
}

export function refuse(response: ServerResponse, service: string, { status, code, message }: Refusal): void {
  if (service === 's3') {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
    return;
  }
  const name = code === 'AccessDenied' ? 'AccessDeniedException' : code;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-query-error': `${name};Sender` });
  response.end(JSON.stringify({ __type: name, message }));
}

const escaped = (text: string): string => text.replace(/[<&>]/g, (each) => `&#${each.charCodeAt(0)};`);
