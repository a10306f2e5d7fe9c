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
  for await (let chunk of signal ? untilAborted(body, signal) : body) {
    while (length + chunk.length > PART_BYTES) {
      const room = PART_BYTES - length;
      const bytes = Buffer.concat([...chunks, chunk.subarray(0, room)], PART_BYTES);
      chunk = chunk.subarray(room);
      // Let go of before the part is sent: it would be there twice meanwhile.
      chunks = [];
      length = 0;
      yield { bytes, last: false };
    }
    chunks.push(chunk);
    length += chunk.length;
  }
  yield { bytes: Buffer.concat(chunks, length), last: true };
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
    // A stalled body does not return: nobody waits for it, nor hears how it ended.
    if (signal.aborted) returned?.catch(() => {});
    else await returned;
  }
}

/**
 * Rejects with the signal's reason when that comes first. Not a Promise.race with one promise for the whole body: what
 * loses a race stays attached to it, with the chunk, until the other is settled – the whole mail would stay in memory.
 */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
