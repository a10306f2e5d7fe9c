import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../../core/mail/errors.ts';
import { startLocalSqs } from '../../support/local-sqs.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';

const disk: SmallDisk | null = await mountSmallDisk(1024 * 1024);
const missing = disk ? '' : ' (skipped: no file system can be mounted here)';

describe.skipIf(missing)(`a full disk under the local SQS${missing}`, () => {
  afterEach(() => disk?.unmount());

  it('makes it reject sends without losing messages, and continue when there is space again', async () => {
    if (disk === null) throw new Error('no file system can be mounted here');
    const options = { directory: join(disk.directory, 'sqs'), log: quietLog() };
    const filler = join(disk.directory, 'filler');
    await writeFile(filler, Buffer.alloc(500_000));
    const sqs = await startLocalSqs(options);
    const queue = await sqs.queue('q');

    const kept: string[] = [];
    const fill = async (): Promise<unknown> => {
      for (let number = 0; ; number += 1) {
        const body = `${number} ${'x'.repeat(50_000)}`;
        try {
          await queue.send({ body });
        } catch (error) {
          return error;
        }
        kept.push(body);
      }
    };
    expect(await fill()).toBeInstanceOf(TransientError);
    expect(kept.length).toBeGreaterThan(3);
    expect(await queue.depth()).toEqual({ visible: kept.length, inFlight: 0, delayed: 0 });

    await rm(filler);
    await queue.send({ body: 'after' });
    kept.push('after');
    await sqs.stop();

    const again = await startLocalSqs(options);
    const received = await again.at('q').receive({ waitSeconds: 0 });
    const rest = await again.at('q').receive({ waitSeconds: 0 });
    expect([...received, ...rest].map(({ body }) => body)).toEqual(kept);
    await again.stop();
  });
});
