import { CR, LF } from '../mime/scan/bytes.ts';

/** Lines of a header. Of 30,000 that are folded mailauth 4.13.3 makes one in 2 seconds, in the square of their number. */
const HEADER_LINES = 10_000;

/** A message as it is. @throws Error when its header has more lines than mailauth can take */
export async function* withFewLines(message: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let inHeader = true;
  let lines = 0;
  let last = 0;
  let lastButOne = 0;
  for await (const chunk of message) {
    for (let i = 0; inHeader && i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (byte === LF) {
        lines++;
        inHeader = last !== LF && !(last === CR && lastButOne === LF);
      }
      lastButOne = last;
      last = byte;
    }
    if (lines > HEADER_LINES) throw new Error(`the header has more than ${HEADER_LINES} lines`);
    yield chunk;
  }
}
