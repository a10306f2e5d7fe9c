import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../core/aws/s3-object-store.ts';
import { localS3Client } from '../support/local-s3.ts';
import { startS3Process } from '../support/s3-process/start.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MB = 1024 * 1024;
const SIZE_MB = 200;
/** Chunks in flight and uncollected garbage; a body buffered in memory would exceed this. */
const ALLOWED_BYTES = 128 * MB;

describe.skipIf(process.platform !== 'linux')('the memory of the local S3', () => {
  const path = temporaryDirectory();

  it(`does not grow with an object of ${SIZE_MB} MB, put at once, in parts, or read`, async () => {
    const server = await startS3Process({ directory: path('s3') });
    const client = localS3Client(server.endpoint);
    const store = s3ObjectStore(client);
    await store.put({ bucket: 'raw-mail', key: 'first' }, Buffer.from('x'));
    const idle = server.peakMemory();

    const put = request(`${server.endpoint}/raw-mail/whole`, {
      method: 'PUT',
      headers: { 'content-length': SIZE_MB * MB },
    });
    const status = new Promise((resolve) => put.once('response', (reply) => resolve(reply.statusCode)));
    await pipeline(Readable.from(megabytes()), put);
    expect(await status).toBe(200);
    await store.put({ bucket: 'raw-mail', key: 'parts' }, megabytes());
    for (const key of ['whole', 'parts']) {
      const object = await store.get({ bucket: 'raw-mail', key });
      let size = 0;
      for await (const chunk of object?.body ?? []) size += chunk.length;
      expect(size).toBe(SIZE_MB * MB);
    }
    expect(server.peakMemory() - idle).toBeLessThan(ALLOWED_BYTES);
    client.destroy();
    await server.kill();
  });
});

async function* megabytes(): AsyncGenerator<Buffer> {
  for (let n = 0; n < SIZE_MB; n++) yield Buffer.alloc(MB, n);
}
