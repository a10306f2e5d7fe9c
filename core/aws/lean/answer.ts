import type { Readable } from 'node:stream';

/** An answer as its connection gives it. */
export interface HttpAnswer {
  status: number;
  /** By names in lower case; of one that is repeated, the last. */
  headers: ReadonlyMap<string, string>;
  /**
   * Whole up to WHOLE_BYTES, else a stream, which must be read or destroyed. Null where nothing says how long it is: it could be
   * cut short without a sign.
   */
  body: Buffer | Readable | null;
}

/** Bytes of the longest body that an answer is held back for: when it fails on the way, the request can be repeated. */
export const WHOLE_BYTES = 1024 * 1024;
/** Characters of the longest head of an answer. S3's have some 500, and 2 KB more with metadata. */
const MAX_HEAD_LENGTH = 16 * 1024;
/** Bytes of the longest body in chunks, its framing included: what comes like that is the text of an error. */
const MAX_CHUNKED_BYTES = 64 * 1024;

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: |$)/;
const CHUNK_SIZE = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i;

/** How a body ends (RFC 9112 §6.3): after so many bytes, after its last chunk, or unknown. */
export type Framing = number | 'chunked' | null;

export interface AnswerHead {
  status: number;
  headers: ReadonlyMap<string, string>;
  framing: Framing;
  /** Whether the server keeps the connection open (RFC 9112 §9.3). */
  persistent: boolean;
}

/** Raised when what came is no answer; the connection has to end. */
export class MalformedAnswer extends Error {
  constructor() {
    super('the service sent something else than an answer');
  }
}

/**
 * The head at the start of `bytes`, and where it ends; null while it is incomplete. A 1xx is malformed: nothing here asks for
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
  // Both together are an attempt to smuggle (RFC 9112 §6.3).
  if (coding !== undefined) return length === undefined && coding.toLowerCase() === 'chunked' ? 'chunked' : null;
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/**
 * A body in chunks (RFC 9112 §7.1) from the start of `bytes`, and where it ends; null while it is incomplete.
 *
 * @throws MalformedAnswer when it is no such body, or a long one
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
    // A trailer would stand here; nobody asked for one.
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new MalformedAnswer();
    if (end === start) return { body: Buffer.concat(chunks), end: end + 2 };
    chunks.push(bytes.subarray(start, end));
    at = end + 2;
  }
  if (bytes.length > MAX_CHUNKED_BYTES) throw new MalformedAnswer();
  return null;
}
