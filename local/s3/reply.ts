import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import { writeErrorXml } from './xml.ts';

export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** An XML document, or bytes of a file, which is closed afterwards. */
  body?: string | FileRange;
}

export interface FileRange {
  file: FileHandle;
  start: number;
  length: number;
}

export const xmlReply = (document: string): Reply => ({ status: 200, body: document });

export function errorReply(error: S3Error, requestId: string, request: S3Request | null): Reply {
  const body = writeErrorXml({
    Code: error.code,
    Message: error.message,
    Resource: request ? `/${request.bucket ?? ''}${request.key === null ? '' : `/${request.key}`}` : undefined,
    RequestId: requestId,
  });
  return { status: error.status, body };
}

/** Sends a reply, for HEAD only the headers. Rejects when the client has disconnected. */
export async function sendReply(response: ServerResponse, method: string | undefined, reply: Reply): Promise<void> {
  const { status, headers = {}, body } = reply;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (typeof body === 'string') {
    response.setHeader('Content-Type', 'application/xml');
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(method === 'HEAD' ? undefined : body);
  } else if (body !== undefined) {
    await sendFile(response, body);
  } else {
    if (status !== 204 && status !== 304 && method !== 'HEAD') response.setHeader('Content-Length', 0);
    response.end();
  }
}

async function sendFile(response: ServerResponse, { file, start, length }: FileRange): Promise<void> {
  try {
    if (length === 0) response.end();
    else await pipeline(file.createReadStream({ start, end: start + length - 1, autoClose: false }), response);
  } finally {
    await file.close();
  }
}
