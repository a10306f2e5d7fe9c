import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../console/api/api.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const DOWN = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>ServiceUnavailable</Code><Message>The store is down on purpose: the console brings it back</Message></Error>`;

/**
 * A fault of the local S3 that somebody asked for: the edge and the functions feel it as they would feel one of AWS. It
 * is kept in memory alone, so that a restart ends it.
 */
export class StoreFault {
  mode: Faults['store'] = { mode: 'well' };

  /** Serves a request as the fault has it. */
  async serve(request: IncomingMessage, response: ServerResponse, well: Serve): Promise<void> {
    if (this.mode.mode === 'down') {
      // The body is read: a client that is still sending would meet a closed connection before it sees the answer.
      request.resume();
      response.writeHead(503, { 'content-type': 'application/xml' }).end(DOWN);
      return;
    }
    if (this.mode.mode === 'slow') await delay(this.mode.delayMs);
    await well(request, response);
  }
}
