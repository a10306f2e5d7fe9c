import { createServer, type RequestListener, type Server } from 'node:http';

/**
 * Milliseconds an idle connection stays open: longer than clients keep theirs, so that no request meets a closing one.
 */
const KEEP_ALIVE_MS = 120_000;

/** An HTTP server for AWS clients: no time limit for uploads (Node's default is 300 s), connections are kept alive. */
export function createAwsServer(listener: RequestListener): Server {
  return createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, listener);
}
