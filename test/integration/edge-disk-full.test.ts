import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEdge, type TestEdge } from '../support/edge.ts';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';

const MB = 1024 * 1024;
const LINE = 'sixteen bytes.\r\n';

let disk: SmallDisk | null;
let s3: LocalS3;
let test: TestEdge;
beforeAll(async () => {
  disk = await mountSmallDisk(32 * MB);
  if (!disk) return;
  await writeFile(join(disk.directory, 'ballast'), Buffer.alloc(28 * MB));
  s3 = await startLocalS3({ directory: join(disk.directory, 's3') });
  test = await startTestEdge({ store: s3.store });
});
afterAll(async () => {
  await test?.close();
  await s3?.stop();
  await disk?.unmount();
});

it.for<[string, number]>([
  ['whole', 5],
  ['streamed', 20],
])(
  'the edge answers 452 to a %s mail while the disk is full, and 250 as soon as there is space',
  async ([, megabytes], { skip }) => {
    if (!disk) return skip('only root may mount the small disk this needs');
    await writeFile(join(disk.directory, 'ballast'), Buffer.alloc(28 * MB));
    const client = await test.greeted();
    const deliver = async (bytes: number): Promise<string> => {
      for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<info@ours.test>', 'DATA']) await client.command(line);
      client.send(Buffer.alloc(bytes, LINE));
      client.send('.\r\n');
      return client.reply();
    };
    expect(await deliver(megabytes * MB)).toMatch(/^452 4\.3\.1 /);
    await rm(join(disk.directory, 'ballast'));
    expect(await deliver(MB)).toMatch(/^250 2\.0\.0 /);
  },
);
