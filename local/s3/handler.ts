import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { foreignRequest } from '../http/loopback-host.ts';
import { asS3Error, S3Error } from './errors.ts';
import type { Services } from './operation.ts';
import { errorReply, type Reply, sendReply } from './reply.ts';
import { readRequest, refuseUnknownHeaders, type S3Request } from './request.ts';
import { route, target } from './router.ts';

/** Serves one request to completion; never rejects. */
export async function handle(services: Services, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  // Attachments come from strangers, with a declared type: a browser must not sniff another one.
  response.setHeader('x-content-type-options', 'nosniff');
  try {
    await sendReply(response, message.method, await answer(services, message, requestId));
  } catch (error) {
    // The client left, or a body could not be read to the end: abort the connection rather than send a truncated
    // answer.
    if (!response.destroyed) services.log.error('an answer was aborted', { requestId, url: message.url, error });
    response.destroy();
  }
  // Drain the rest of a refused body, so that the connection can be reused.
  message.resume();
}

async function answer(services: Services, message: IncomingMessage, requestId: string): Promise<Reply> {
  let request: S3Request | null = null;
  try {
    const foreign = foreignRequest(message);
    if (foreign !== null) throw new S3Error(403, 'AccessDenied', foreign);
    request = readRequest(message);
    refuseUnknownHeaders(request.headers);
    return await route(request)(services, target(request));
  } catch (error) {
    const known = asS3Error(error);
    if (known.status >= 500 && known.status !== 501 && !message.destroyed) {
      services.log.error('a request failed', { requestId, method: message.method, url: message.url, error });
    }
    return errorReply(known, requestId, request);
  }
}
