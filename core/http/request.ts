import { type LookupAddress, lookup } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorText, PermanentError, PipelineError, TransientError } from '../mail/errors.ts';
import { isForbidden, isLoopback } from './forbidden-address.ts';

export interface OutgoingRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface RequestOptions {
  /** Name of the service, the first part of error codes: `webhook`. */
  service: string;
  /** Milliseconds to receive the whole answer. */
  deadlineMs: number;
  allowLoopback: boolean;
  /** Maximum size of the answer, bytes; 0 reads only its status. */
  maxAnswerBytes: number;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  body: Buffer;
}

/**
 * Sends one request and returns the answer, whatever its status; redirects are not followed. The address is checked
 * when the connection is made, so that no later DNS answer leads elsewhere.
 *
 * @throws TransientError `<service>.unreachable`: no answer before the deadline
 * @throws PermanentError `<service>.forbidden`: not https, or an address that no such service may have
 * @throws PermanentError `<service>.answer_too_large`
 */
export async function request(
  { method, url, headers, body }: OutgoingRequest,
  { service, deadlineMs, allowLoopback, maxAnswerBytes, signal }: RequestOptions,
): Promise<Answer> {
  const target = new URL(url);
  const guard = new Guard(service, allowLoopback);
  guard.check(target);
  const deadline = AbortSignal.timeout(deadlineMs);
  const outgoing = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, {
    method,
    headers: method === 'GET' ? headers : { ...headers, 'content-length': body.length },
    lookup: guard.lookup,
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    // A new connection per request: no half-read answer is left for the next one.
    agent: false,
  });
  try {
    const response = await responseTo(outgoing.end(body));
    const status = response.statusCode ?? 0;
    return { status, body: maxAnswerBytes === 0 ? Buffer.alloc(0) : await read(response, maxAnswerBytes, service) };
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause;
    throw new TransientError(`${service}.unreachable`, `${target.host} did not answer: ${errorText(cause)}`, { cause });
  } finally {
    outgoing.on('error', () => {}).destroy();
  }
}

function responseTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
    // On `101 Switching Protocols` Node emits neither event.
    outgoing.once('close', () => reject(new Error('the connection was closed')));
  });
}

async function read(response: AsyncIterable<Buffer>, limit: number, service: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > limit) {
      throw new PermanentError(`${service}.answer_too_large`, `the answer is larger than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Prevents server-side request forgery: a configured name must not lead to this machine or to its host's services. */
class Guard {
  readonly #service: string;
  readonly #allowLoopback: boolean;

  constructor(service: string, allowLoopback: boolean) {
    this.#service = service;
    this.#allowLoopback = allowLoopback;
  }

  check({ protocol, hostname }: URL): void {
    const host = hostname.replace(/^\[|\]$/g, '');
    const isAddress = isIP(host) !== 0;
    const local = this.#allowLoopback && (host === 'localhost' || (isAddress && isLoopback(host)));
    if (protocol !== 'https:' && !local) throw this.#forbidden(`${host} would be called without TLS`);
    // A name is checked after its lookup; an address is never looked up.
    if (isAddress && isForbidden(host, this.#allowLoopback))
      throw this.#forbidden(`${host} is not allowed as the address of a service`);
  }

  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      const [first] = addresses;
      if (error !== null || first === undefined) return callback(error ?? new Error('no address'), '');
      const wrong = addresses.find(({ address }) => isForbidden(address, this.#allowLoopback));
      if (wrong !== undefined) return callback(this.#forbidden(`${hostname} resolves to ${wrong.address}`), '');
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };

  #forbidden(what: string): PermanentError {
    return new PermanentError(`${this.#service}.forbidden`, what);
  }
}
