import { createServer, type RequestListener, type Server } from 'node:http';

/** Milliseconds an idle connection stays open: longer than clients keep theirs, so that none meets a closing one. */
const KEEP_ALIVE_MS = 120_000;

/** An HTTP server for AWS clients: uploads take as long as they take, connections are kept. Node's own limit is 300 s. */
export function createAwsServer(listener: RequestListener): Server {
  return createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, listener);
}
