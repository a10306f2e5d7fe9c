import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { listenOnLoopback } from '../http/listen.ts';
import { foreignRequest } from '../http/loopback-host.ts';
import { readBody } from '../http/read-body.ts';

/** Maximum size of a synchronous response of Lambda, 6 MB (AWS quota). */
const RESPONSE_LIMIT_BYTES = 6 * 1024 * 1024;
const PREFIX = '/2018-06-01/runtime';

export interface Invocation {
  requestId: string;
  /** JSON text of the event. */
  event: string;
  functionArn: string;
  /** Unix time in milliseconds. */
  deadline: number;
}

const errorSchema = z.object({ errorType: z.string(), errorMessage: z.string() });
export type ReportedError = z.infer<typeof errorSchema>;

/** The answer of the process: the function's result as JSON text, or the error it threw. */
export type Answer = { payload: string } | { error: ReportedError };

/**
 * The Lambda Runtime API (version 2018-06-01) of one execution environment. Each has its own port, because
 * `AWS_LAMBDA_RUNTIME_API` consists only of a host and a port.
 */
export class RuntimeApi {
  /** `host:port`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly authority: string;
  readonly #server: Server;
  #onInitError: (error: ReportedError) => void = () => {};
  /** The pending `next` call. */
  #next: ServerResponse | null = null;
  #onAsked: () => void = () => {};
  #current: { requestId: string; answer: (answer: Answer) => void } | null = null;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.authority = `127.0.0.1:${port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // Fails only if the process exits during a call.
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async listen(): Promise<RuntimeApi> {
    // A connection may wait for the next invocation indefinitely.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 });
    return new RuntimeApi(server, await listenOnLoopback(server, 0));
  }

  /**
   * Resolves when the process requests work: after loading, and after each answer. Resolves with an error if the
   * function could not be loaded.
   */
  async asked(): Promise<ReportedError | null> {
    if (this.#next !== null) return null;
    return new Promise((resolve) => {
      this.#onAsked = () => resolve(null);
      this.#onInitError = resolve;
    });
  }

  /** Passes an invocation to the process, which must have `asked` for one; resolves with its answer. */
  exchange(invocation: Invocation): Promise<Answer> {
    const next = this.#next;
    if (next === null) throw new Error('the process did not ask for an invocation');
    this.#next = null;
    return new Promise((resolve) => {
      this.#current = { requestId: invocation.requestId, answer: resolve };
      next.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(invocation.deadline),
        'lambda-runtime-invoked-function-arn': invocation.functionArn,
        'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
      });
      next.end(invocation.event);
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = foreignRequest(request);
    if (foreign !== null) return reply(response, 403, { errorType: 'Forbidden', errorMessage: foreign });
    if (request.headers['sec-fetch-site'] !== undefined) {
      return reply(response, 403, { errorType: 'Forbidden', errorMessage: 'this is no place for a browser' });
    }
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${PREFIX}/invocation/next`) {
      this.#next = response;
      this.#onAsked();
      return;
    }
    const body = (await readBody(request, RESPONSE_LIMIT_BYTES))?.toString() ?? null;
    if (request.method === 'POST' && path === `${PREFIX}/init/error`) {
      reply(response, 202, { status: 'OK' });
      this.#onInitError(decodeError(body));
      return;
    }
    const [, requestId, verb] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method !== 'POST' || verb === undefined) return reply(response, 404, { errorType: 'NotFound' });
    const current = this.#current;
    if (current?.requestId !== requestId) return reply(response, 400, { errorType: 'InvalidRequestID' });
    this.#current = null;
    if (body === null) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`;
      reply(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage });
      current?.answer({ error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } });
    } else {
      reply(response, 202, { status: 'OK' });
      current?.answer(verb === 'error' ? { error: decodeError(body) } : { payload: body });
    }
  }
}

function decodeError(body: string | null): ReportedError {
  try {
    return errorSchema.parse(JSON.parse(body ?? ''));
  } catch {
    const errorMessage = `The function failed without an error document: ${body?.slice(0, 1000) ?? 'it is too long'}`;
    return { errorType: 'Error', errorMessage };
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
