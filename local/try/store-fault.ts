import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../console/api/api.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const DOWN = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>ServiceUnavailable</Code><Message>The store was taken down in the console; restore it there</Message></Error>`;

/**
 * A fault injected into the local S3; the edge and the functions see it as they would see one of AWS. It is kept only
 * in memory, so a restart ends it.
 */
export class StoreFault {
  mode: Faults['store'] = { mode: 'well' };

  /** Serves a request according to the fault. */
  async serve(request: IncomingMessage, response: ServerResponse, well: Serve): Promise<void> {
    if (this.mode.mode === 'down') {
      // Read the body first: a client that is still sending would see a closed connection instead of the answer.
      request.resume();
      response.writeHead(503, { 'content-type': 'application/xml' }).end(DOWN);
      return;
    }
    if (this.mode.mode === 'slow') await delay(this.mode.delayMs);
    await well(request, response);
  }
}
