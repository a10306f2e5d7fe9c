import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

/**
 * The text of a report: gunzipped, from the first file of a zip, or unchanged, whatever its declared type.
 *
 * @param limitBytes maximum size after decompression
 * @throws Error with what is wrong when it cannot be decompressed or exceeds the limit
 */
export async function unpackReport(bytes: Buffer, limitBytes: number): Promise<string> {
  const unpacked = await unpack(bytes, limitBytes);
  if (unpacked.length > limitBytes) throw tooLarge(limitBytes);
  return unpacked.toString('utf8').replace(/^\ufeff/, '');
}

async function unpack(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzip(bytes, limitBytes);
  return bytes.toString('latin1', 0, 4) === 'PK\x03\x04' ? firstOfZip(bytes, limitBytes) : bytes;
}

function gunzip(bytes: Buffer, maxOutputLength: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(maxOutputLength) : error;
  }
}

async function firstOfZip(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  const { fromBufferPromise } = await import('yauzl');
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('/')) return readUpTo(await zip.openReadStreamPromise(entry), limitBytes);
  }
  throw new Error('the zip is empty');
}

async function readUpTo(stream: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (limitBytes: number): Error => new Error(`it decompresses to more than ${limitBytes} bytes`);
