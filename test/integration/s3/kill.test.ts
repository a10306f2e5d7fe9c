import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../../core/aws/s3-object-store.ts';
import { localS3Client } from '../../support/local-s3.ts';
import { type S3Process, type S3ProcessOptions, startS3Process } from '../../support/s3-process/start.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const MB = 1024 * 1024;
const at = (key: string) => ({ bucket: 'raw-mail', key });

describe('a local S3 that is killed', () => {
  const path = temporaryDirectory();
  let running: S3Process | null = null;
  afterEach(() => running?.kill());

  const start = async (options: S3ProcessOptions) => {
    running = await startS3Process(options);
    const client = localS3Client(running.endpoint, { maxAttempts: 1 });
    return { server: running, store: s3ObjectStore(client) };
  };

  it('has every acknowledged object complete, and sends an event for each', async () => {
    const directory = path('acknowledged');
    const acknowledged = new Map<string, Buffer>();
    const announced = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const { server, store } = await start({ directory });
      let left = 5 + 12 * round;
      await Promise.all(
        Array.from({ length: 80 }, async (_, n) => {
          const key = `raw/${round}-${n}.eml`;
          const body = randomBytes(5000);
          try {
            await store.put(at(key), body, { ifAbsent: true, metadata: { n: String(n) } });
          } catch {
            return;
          }
          acknowledged.set(key, body);
          if (--left === 0) await server.kill();
        }),
      );
      await server.kill();
      for (const key of server.delivered) announced.add(key);
    }
    expect(acknowledged.size).toBeGreaterThan(60);

    const { server, store } = await start({ directory });
    for (const [key, body] of acknowledged) {
      const object = await store.get(at(key));
      expect(object && (await buffer(object.body)).equals(body)).toBe(true);
      expect(object?.metadata['n']).toBe(key.replace(/^.*-(\d+)\.eml$/, '$1'));
    }
    const all = () => [...announced, ...server.delivered];
    await expect.poll(() => [...acknowledged.keys()].filter((key) => !all().includes(key))).toEqual([]);
    for await (const { key, size } of store.list('raw-mail')) expect([key, size]).toEqual([key, 5000]);
  });

  it('delivers pending events after a restart', async () => {
    const directory = path('undelivered');
    const before = await start({ directory, events: 'hang' });
    await before.store.put(at('raw/one mail+é.eml'), Buffer.from('x'));
    await before.store.put(at('raw/one.envelope.json'), Buffer.from('x'));
    await before.server.kill();
    expect(before.server.delivered).toEqual([]);

    const after = await start({ directory });
    await expect.poll(() => after.server.delivered).toEqual(['raw/one+mail%2B%C3%A9.eml']);
    expect(await after.server.stop()).toBe(0);

    const again = await start({ directory });
    await again.store.put(at('raw/two.eml'), Buffer.from('x'));
    await expect.poll(() => again.server.delivered).toEqual(['raw/two.eml']);
  });

  it('leaves no partial bodies', async () => {
    const directory = path('leftovers');
    const { server, store } = await start({ directory });
    async function* stalling(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(9 * MB);
      await server.kill();
      yield Buffer.alloc(9 * MB);
    }
    await expect(store.put(at('raw/cut.eml'), stalling())).rejects.toThrow();
    expect(await readdir(path('leftovers', 'tmp'))).not.toEqual([]);
    await mkdir(path('leftovers', 'objects', '0'), { recursive: true });

    const after = await start({ directory });
    expect(await readdir(path('leftovers', 'tmp'))).toEqual([]);
    expect(await readdir(path('leftovers', 'objects', '0'))).toEqual([]);
    expect(await after.store.head(at('raw/cut.eml'))).toBeNull();
  });
});
