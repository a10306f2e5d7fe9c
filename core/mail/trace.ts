/** The bytes of DATA of a raw object: what follows the trace header that the edge put in front (RFC 5321 §4.4). */
export async function* withoutTrace(raw: AsyncIterable<Buffer>, traceBytes: number): AsyncGenerator<Buffer> {
  let left = traceBytes;
  for await (const chunk of raw) {
    const data = chunk.subarray(left);
    left -= Math.min(left, chunk.length);
    if (data.length > 0) yield data;
  }
}
