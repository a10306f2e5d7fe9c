import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../core/log/log.ts';
import { errorText } from '../../core/mail/errors.ts';
import type { QueueDepth } from '../../core/ports/queue.ts';
import type { SetAside } from '../disk/set-aside.ts';
import { foreignRequest } from '../http/loopback-host.ts';
import { readBody } from '../http/read-body.ts';
import { Broker } from './broker.ts';
import { SqsError, unsupported } from './errors.ts';
import { jsonProtocol } from './json-protocol.ts';
import { LocalEventSource } from './local-event-source.ts';
import { messageOperations } from './message-operations.ts';
import type { Operation, OperationContext } from './operation.ts';
import type { Answer, Protocol } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { mergeAttributes } from './queue-attributes.ts';
import { checkQueueName, queueOperations } from './queue-operations.ts';

/** Room for 1 MiB with every byte escaped in JSON (`\u0009`) or in a form (`%09`). */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

export interface SqsOptions {
  /** Folder of the journal; created if missing. One process at a time. */
  directory: string;
  log: Log;
  /** Called for each message a client sent, once it is on disk and before the client gets its answer. */
  sent?: OperationContext['sent'];
}

/**
 * SQS on disk: standard queues over HTTP with the JSON and Query protocols. Rejects what it does not support: FIFO
 * queues, tags, permissions, trace headers, message move tasks. Does not enforce: 120,000 messages in flight, a total
 * visibility of 12 hours, a minute between purges or before reusing the name of a deleted queue. Does not authenticate
 * requests.
 */
export interface Sqs {
  /** Whether a request is for SQS; on the shared port all others are for S3. */
  matches(request: IncomingMessage): boolean;
  /** Answers a request that `matches`. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Creates a queue, or sets attributes of an existing one, named as in SetQueueAttributes. */
  ensureQueue(name: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** Sends a message without HTTP. Rejects when the queue does not exist. */
  send(queue: string, body: string): Promise<void>;
  /** The depth of a queue, without HTTP; null when it does not exist. */
  depth(queue: string): (QueueDepth & { oldestMs: number | null }) | null;
  /** A queue as an event source for a function. */
  eventSource(name: string): LocalEventSource;
  /** Files with damaged parts of the journal, from this start and earlier ones. */
  readonly setAside: readonly SetAside[];
  /** Ends long polls and waits until everything is on disk. */
  close(): Promise<void>;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({ ...queueOperations, ...messageOperations }),
);

/** @throws when the journal cannot be read */
export async function createSqs({ directory, log, sent = () => {} }: SqsOptions): Promise<Sqs> {
  const broker = await Broker.open({ directory, log, clock: Date.now });

  async function run(request: IncomingMessage, response: ServerResponse, protocol: Protocol, requestId: string) {
    const foreign = foreignRequest(request);
    if (foreign !== null) throw new SqsError('AccessDenied', foreign, { status: 403 });
    const body = await readBody(request, MAX_REQUEST_BYTES);
    if (body === null) {
      throw new SqsError('RequestEntityTooLarge', `A request has at most ${MAX_REQUEST_BYTES} bytes.`, { status: 413 });
    }
    const { action, input } = protocol.decode(request, body);
    const run = OPERATIONS.get(action);
    if (run === undefined) throw unsupported(`the operation ${action}`);
    const context: OperationContext = {
      broker,
      baseUrl: `http://127.0.0.1:${request.socket.localPort}`,
      signal: whenClientLeaves(response),
      sent,
    };
    return protocol.encode(action, await run(context, input), requestId);
  }

  return {
    matches: (request) => isJson(request) || isQuery(request),

    async handle(request, response) {
      const requestId = randomUUID();
      const protocol = isJson(request) ? jsonProtocol : queryProtocol;
      const answer = await run(request, response, protocol, requestId).catch((error: unknown) => {
        if (!(error instanceof SqsError || request.socket.destroyed)) log.error('an SQS request failed', { error });
        return protocol.encodeError(asSqsError(error), requestId);
      });
      reply(response, answer, requestId);
    },

    async ensureQueue(name, attributes = {}) {
      checkQueueName(name);
      await broker.defineQueue(name, (known) => mergeAttributes(known?.attributes ?? {}, attributes));
    },

    async send(queue, body) {
      await broker.send(broker.queue(queue), { body, attributes: {} });
    },

    depth(name) {
      if (broker.state.queue(name) === undefined) return null;
      const { visible, inFlight, delayed, firstReady } = broker.queue(name).index;
      return { visible, inFlight, delayed, oldestMs: firstReady && Date.now() - firstReady.sentAt };
    },

    eventSource: (name) => new LocalEventSource(broker, name),

    setAside: broker.setAside,

    close: () => broker.close(),
  };
}

function isJson({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && String(headers['x-amz-target'] ?? '').startsWith('AmazonSQS.');
}

/**
 * S3 does not use URL-encoded forms; its browser uploads are multipart/form-data. Actions in the URL of a GET are not
 * accepted, because an image on any web page could send one without an Origin.
 */
function isQuery({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

/** A long poll must not take messages after its client has gone. */
function whenClientLeaves(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

function asSqsError(error: unknown): SqsError {
  if (error instanceof SqsError) return error;
  return new SqsError('InternalError', `The local SQS failed: ${errorText(error)}`, { status: 500 });
}

function reply(response: ServerResponse, { status, contentType, body, errorHeader }: Answer, requestId: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': requestId,
    ...(errorHeader === undefined ? {} : { 'x-amzn-query-error': errorHeader }),
  });
  response.end(body);
}
