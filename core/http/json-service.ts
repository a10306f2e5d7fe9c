import { PermanentError, TransientError } from '../mail/errors.ts';
import { VERSION } from '../mail/version.ts';
import { type OutgoingRequest, request } from './request.ts';
import { SIGNATURE_HEADER, signature } from './signature.ts';

export interface JsonServiceOptions {
  /** First part of error codes: `model`. */
  name: string;
  url: string;
  /** Milliseconds to receive the whole answer. */
  deadlineMs: number;
  allowLoopback: boolean;
  /** The key for signing requests. */
  key(): Promise<string>;
  now(): Date;
}

/** Maximum size of an answer, bytes. */
const ANSWER_BYTES = 256 * 1024;

/**
 * A third-party service that receives signed JSON, at the configured URL and below it. Its answers are untrusted until
 * they are decoded.
 *
 * @throws TransientError `<name>.unreachable`, `<name>.busy` (408, 429, 5xx)
 * @throws PermanentError `<name>.forbidden`, `<name>.refused`, `<name>.answer_too_large`, `<name>.answer_invalid`
 */
export class JsonService {
  readonly #options: JsonServiceOptions;

  constructor(options: JsonServiceOptions) {
    this.#options = options;
  }

  post(value: unknown, signal: AbortSignal): Promise<unknown> {
    const body = Buffer.from(JSON.stringify(value));
    return this.#ask({ method: 'POST', url: this.#options.url, body }, body, signal);
  }

  /** Requests `<url>/<id>`; the signature covers the path. The caller has validated the id. */
  get(id: string, signal: AbortSignal): Promise<unknown> {
    const url = new URL(this.#options.url);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(id)}`;
    const signed = Buffer.from(url.pathname + url.search);
    return this.#ask({ method: 'GET', url: url.href, body: Buffer.alloc(0) }, signed, signal);
  }

  async #ask(outgoing: Omit<OutgoingRequest, 'headers'>, signed: Buffer, signal: AbortSignal): Promise<unknown> {
    const { name, deadlineMs, allowLoopback, key, now } = this.#options;
    const headers = {
      accept: 'application/json',
      ...(outgoing.method === 'POST' ? { 'content-type': 'application/json' } : {}),
      'user-agent': `mail-pipeline/${VERSION}`,
      [SIGNATURE_HEADER]: signature(await key(), signed, now()),
    };
    const options = { service: name, deadlineMs, allowLoopback, maxAnswerBytes: ANSWER_BYTES, signal };
    const { status, body } = await request({ ...outgoing, headers }, options);
    if (status === 408 || status === 429 || status >= 500) {
      throw new TransientError(`${name}.busy`, `the service answered ${status}`);
    }
    if (status < 200 || status >= 300) throw new PermanentError(`${name}.refused`, `the service answered ${status}`);
    try {
      return JSON.parse(body.toString());
    } catch (cause) {
      throw new PermanentError(`${name}.answer_invalid`, 'the answer is not JSON', { cause });
    }
  }
}
