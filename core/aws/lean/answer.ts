import type { Readable } from 'node:stream';

/** An answer as received by its connection. */
export interface HttpAnswer {
  status: number;
  /** By lower-case name; of a repeated one, the last. */
  headers: ReadonlyMap<string, string>;
  /**
   * Complete up to WHOLE_BYTES, otherwise a stream, which must be read or destroyed. Null when its length is unknown:
   * it could be truncated without a sign.
   */
  body: Buffer | Readable | null;
}

/** Maximum bytes of a body to buffer: if it fails in transit, the request can be repeated. */
export const WHOLE_BYTES = 1024 * 1024;
/** Maximum characters of the head of an answer. S3's have some 500, and 2 KB more with metadata. */
const MAX_HEAD_LENGTH = 16 * 1024;
/** Maximum bytes of a chunked body, including its framing: only error texts are sent like that. */
const MAX_CHUNKED_BYTES = 64 * 1024;

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: |$)/;
const CHUNK_SIZE = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i;

/** How a body ends (RFC 9112 §6.3): after this many bytes, after its last chunk, or unknown. */
export type Framing = number | 'chunked' | null;

export interface AnswerHead {
  status: number;
  headers: ReadonlyMap<string, string>;
  framing: Framing;
  /** Whether the server keeps the connection open (RFC 9112 §9.3). */
  persistent: boolean;
}

/** Raised for anything that is not an answer; the connection must be closed. */
export class MalformedAnswer extends Error {
  constructor() {
    super('the service sent something other than an answer');
  }
}

/**
 * The head at the start of `bytes`, and its end; null while it is incomplete. A 1xx is malformed: nothing here requests
 * one (RFC 9110 §15.2).
 *
 * @throws MalformedAnswer
 */
export function readHead(bytes: Buffer, method: string): { head: AnswerHead; end: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1 && bytes.length <= MAX_HEAD_LENGTH) return null;
  if (end === -1 || end > MAX_HEAD_LENGTH) throw new MalformedAnswer();
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(STATUS_LINE.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new MalformedAnswer();
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new MalformedAnswer();
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const framing = method === 'HEAD' || status === 204 || status === 304 ? 0 : framingOf(headers);
  const persistent = framing !== null && headers.get('connection')?.toLowerCase() !== 'close';
  return { head: { status, headers, framing, persistent }, end: end + 4 };
}

function framingOf(headers: ReadonlyMap<string, string>): Framing {
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  // Both together are an attempt at request smuggling (RFC 9112 §6.3).
  if (coding !== undefined) return length === undefined && coding.toLowerCase() === 'chunked' ? 'chunked' : null;
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/**
 * A chunked body (RFC 9112 §7.1) at the start of `bytes`, and its end; null while it is incomplete.
 *
 * @throws MalformedAnswer when it is not such a body, or too long
 */
export function readChunked(bytes: Buffer): { body: Buffer; end: number } | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) break;
    const size = CHUNK_SIZE.exec(bytes.toString('latin1', at, line))?.[1];
    if (size === undefined) throw new MalformedAnswer();
    const start = line + 2;
    const end = start + Number.parseInt(size, 16);
    if (bytes.length < end + 2) break;
    // A trailer would be here; none was requested.
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new MalformedAnswer();
    if (end === start) return { body: Buffer.concat(chunks), end: end + 2 };
    chunks.push(bytes.subarray(start, end));
    at = end + 2;
  }
  if (bytes.length > MAX_CHUNKED_BYTES) throw new MalformedAnswer();
  return null;
}
