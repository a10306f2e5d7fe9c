/** Bytes of one part, and the largest body sent with a single PutObject. S3 takes parts from 5 MB (AWS quota). */
export const PART_BYTES = 8 * 1024 * 1024;

export interface Part {
  bytes: Buffer;
  /** No part follows. */
  last: boolean;
}

/**
 * Cuts a body into parts of PART_BYTES; only the last is shorter, and an empty body is one empty part. Aborting the
 * signal rejects the pending read, even of a body that has stalled.
 */
export async function* inParts(body: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<Part, void> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of signal ? untilAborted(body, signal) : body) {
    chunks.push(chunk);
    length += chunk.length;
    while (length > PART_BYTES) {
      const bytes = Buffer.concat(chunks, length);
      const rest = bytes.subarray(PART_BYTES);
      chunks = [rest];
      length = rest.length;
      yield { bytes: bytes.subarray(0, PART_BYTES), last: false };
    }
  }
  yield { bytes: Buffer.concat(chunks, length), last: true };
}

async function* untilAborted(body: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  signal.throwIfAborted();
  const source = body[Symbol.asyncIterator]();
  const { promise: aborted, stop } = whenAborted(signal);
  try {
    for (;;) {
      const next = await Promise.race([source.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stop();
    const returned = source.return?.();
    // A stalled body does not return: nobody waits for it, nor hears how it ended.
    if (signal.aborted) returned?.catch(() => {});
    else await returned;
  }
}

/** Rejects with the signal's reason; `stop` takes the listener off again. */
function whenAborted(signal: AbortSignal): { promise: Promise<never>; stop: () => void } {
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    const listener = () => reject(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
    stop = () => signal.removeEventListener('abort', listener);
  });
  return { promise, stop };
}
