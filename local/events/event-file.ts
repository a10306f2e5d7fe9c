import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { jsonOf } from '../../core/mail/json.ts';
import { foreignRequest } from '../http/loopback-host.ts';
import type { LogFile } from '../log-file.ts';
import { ACCOUNT, REGION } from '../topology.ts';

const putEventsSchema = z.object({
  Entries: z.array(z.object({ Source: z.string(), DetailType: z.string(), Detail: z.string() })).check(z.maxLength(10)),
});
type Entry = z.infer<typeof putEventsSchema>['Entries'][number];

/**
 * A stand-in for EventBridge: PutEvents writes one line per event, in the form that rules and targets see. There are no
 * rules here.
 */
export class EventFile {
  readonly #file: LogFile;

  constructor(file: LogFile) {
    this.#file = file;
  }

  matches({ method, headers }: IncomingMessage): boolean {
    return method === 'POST' && headers['x-amz-target'] === 'AWSEvents.PutEvents';
  }

  /** Answers a request that `matches`. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = foreignRequest(request);
    if (foreign !== null) return reply(response, 403, { __type: 'AccessDeniedException', message: foreign });
    const input = putEventsSchema.safeParse(jsonOf(await text(request).catch(() => '')));
    if (!input.success) {
      return reply(response, 400, { __type: 'ValidationException', message: 'This is not a PutEvents request.' });
    }
    const ids = input.data.Entries.map((entry) => this.#write(entry));
    reply(response, 200, { FailedEntryCount: 0, Entries: ids.map((id) => ({ EventId: id })) });
  }

  #write({ Source, DetailType, Detail }: Entry): string {
    const id = randomUUID();
    const event = {
      version: '0',
      id,
      'detail-type': DetailType,
      source: Source,
      account: ACCOUNT,
      time: new Date().toISOString().replace(/\.\d+/, ''),
      region: REGION,
      resources: [],
      detail: jsonOf(Detail),
    };
    this.#file.write(JSON.stringify(event));
    return id;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
