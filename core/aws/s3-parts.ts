import { unlessAborted } from '../process/unless-aborted.ts';

/** Bytes of one part, and the largest body sent with a single PutObject. S3 accepts parts from 5 MB (AWS quota). */
export const PART_BYTES = 8 * 1024 * 1024;

export interface Part {
  bytes: Buffer;
  /** Whether no part follows. */
  last: boolean;
}

/**
 * Splits a body into parts of PART_BYTES; only the last is shorter, and an empty body is one empty part. A part is
 * valid until the next one is requested: all share the same memory, because V8 would accumulate several before it
 * collects. Aborting the signal rejects the pending read, even of a stalled body.
 */
export async function* inParts(body: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<Part, void> {
  let memory: Buffer = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of signal ? untilAborted(body, signal) : body) {
    for (let at = 0; at < chunk.length; ) {
      if (length === PART_BYTES) {
        yield { bytes: memory, last: false };
        length = 0;
      }
      const needed = Math.min(length + chunk.length - at, PART_BYTES);
      if (memory.length < needed) memory = grown(memory, needed);
      const copied = chunk.copy(memory, length, at);
      length += copied;
      at += copied;
    }
  }
  yield { bytes: memory.subarray(0, length), last: true };
}

/** A body that fits into one part, complete; the parts of a longer one. */
export async function wholeOrParts(
  body: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<Buffer | AsyncIterable<Part>> {
  const parts = inParts(body, signal);
  const first = await parts.next();
  if (first.done) throw new Error('inParts yields at least one part');
  return first.value.last ? first.value.bytes : startingWith(first.value, parts);
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void> {
  yield first;
  yield* rest;
}

/** Most bodies are small: memory for a whole part is allocated only when one is filled. */
function grown(memory: Buffer, needed: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, 2 * memory.length), PART_BYTES));
  memory.copy(larger);
  return larger;
}

async function* untilAborted(body: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  signal.throwIfAborted();
  const source = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await unlessAborted(source.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const returned = source.return?.();
    // A stalled body does not return: nothing waits for it, or for its result.
    if (signal.aborted) returned?.catch(() => {});
    else await returned;
  }
}
