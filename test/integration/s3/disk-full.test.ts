import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalS3, startLocalS3 } from '../../support/local-s3.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';

const MB = 1024 * 1024;
const at = (key: string) => ({ bucket: 'raw-mail', key });

describe('a local S3 whose disk is full', () => {
  let disk: SmallDisk | null;
  let local: LocalS3;
  const ballast = () => join(disk?.directory ?? '', 'ballast');
  beforeAll(async () => {
    disk = await mountSmallDisk(32 * MB);
    if (!disk) return;
    await writeFile(ballast(), Buffer.alloc(28 * MB));
    local = await startLocalS3({ directory: join(disk.directory, 's3') });
  });
  afterAll(async () => {
    await local?.stop();
    await disk?.unmount();
  });

  it('reports it, keeps its objects, leaves no partial files, and continues when there is space again', async ({
    skip,
  }) => {
    if (!disk) return skip('only root may mount the small disk this needs');
    const stored: string[] = [];
    const fill = async (): Promise<never> => {
      for (let n = 0; ; n++) {
        await local.store.put(at(`raw/${n}.eml`), Buffer.alloc(100_000, n));
        stored.push(`raw/${n}.eml`);
      }
    };
    await expect(fill()).rejects.toMatchObject({ kind: 'transient', code: 's3.InsufficientStorage' });
    expect(stored.length).toBeGreaterThan(10);
    const big = local.store.put(at('raw/big.eml'), parts(20));
    await expect(big).rejects.toMatchObject({ kind: 'transient', code: 's3.InsufficientStorage' });
    expect(await readdir(join(local.directory, 'tmp'))).toEqual([]);
    expect(await keys()).toEqual(stored.toSorted());

    await rm(ballast());
    await local.store.put(at('raw/after.eml'), parts(20));
    await local.stop();
    local = await startLocalS3({ directory: local.directory });
    expect(await keys()).toEqual([...stored, 'raw/after.eml'].toSorted());
  });

  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of local.store.list('raw-mail')) found.push(key);
    return found;
  };
});

async function* parts(count: number): AsyncGenerator<Buffer> {
  for (let n = 0; n < count; n++) yield Buffer.alloc(MB / 2, n);
}
