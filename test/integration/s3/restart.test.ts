import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LocalS3, type LocalS3Options, startLocalS3 } from '../../support/local-s3.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const at = (key: string) => ({ bucket: 'raw-mail', key });
const buckets = [{ name: 'raw-mail', notifySuffix: '.eml' }];

describe('a local S3 that is started again', () => {
  const path = temporaryDirectory();
  let local: LocalS3 | null = null;
  afterEach(() => local?.stop());

  const start = async (options: LocalS3Options): Promise<LocalS3> => {
    local = await startLocalS3({ buckets, ...options });
    return local;
  };
  const restart = async (options: LocalS3Options): Promise<LocalS3> => {
    await local?.stop();
    return start(options);
  };

  it('has the bytes, headers, metadata and tags it had, and not what was deleted', async () => {
    const directory = path('same');
    const first = await start({ directory });
    await first.store.put(at('a'), Buffer.from('body'), { contentType: 'text/plain', metadata: { m: '1' } });
    await first.store.put(at('gone'), Buffer.from('x'));
    await first.store.delete(at('gone'));
    const Tagging = { TagSet: [{ Key: 't', Value: '2' }] };
    await first.client.send(new PutObjectTaggingCommand({ Bucket: 'raw-mail', Key: 'a', Tagging }));
    const before = await first.store.head(at('a'));

    const second = await restart({ directory });
    const object = await second.store.get(at('a'));
    expect(object && (await text(object.body))).toBe('body');
    expect(await second.store.head(at('a'))).toEqual(before);
    expect(before).toMatchObject({ contentType: 'text/plain', metadata: { m: '1' } });
    const tags = await second.client.send(new GetObjectTaggingCommand({ Bucket: 'raw-mail', Key: 'a' }));
    expect(tags.TagSet).toEqual(Tagging.TagSet);
    expect(await second.store.head(at('gone'))).toBeNull();
    expect(await readdir(join(directory, 'objects', '0'))).toHaveLength(1);
  });

  it('compacts a journal that is mostly obsolete, and keeps pending events', async () => {
    const directory = path('history');
    const metadata = { padding: 'x'.repeat(1900) };
    const hanging = await start({ directory, deliver: () => Promise.reject(new Error('the queue is down')) });
    for (let n = 0; n < 160; n++) {
      const overwrite = (key: number) => hanging.store.put(at(`k${key}`), Buffer.from(String(n)), { metadata });
      await Promise.all([0, 1, 2, 3].map(overwrite));
    }
    await hanging.store.put(at('raw/waiting.eml'), Buffer.from('x'));
    const journal = join(directory, 'journal.ndjson');
    expect((await stat(journal)).size).toBeGreaterThan(1024 * 1024);

    const delivered: string[] = [];
    const deliver = async (notification: string) => void delivered.push(notification);
    const second = await restart({ directory, deliver });
    expect((await stat(journal)).size).toBeLessThan(20_000);
    const object = await second.store.get(at('k3'));
    expect(object && (await text(object.body))).toBe('159');
    await vi.waitFor(() => expect(delivered).toHaveLength(1), { timeout: 100_000 });
    expect(delivered[0]).toContain('raw/waiting.eml');
    await second.store.put(at('k4'), Buffer.from('after'));

    const third = await restart({ directory, deliver });
    const keys: string[] = [];
    for await (const { key } of third.store.list('raw-mail')) keys.push(key);
    expect(keys).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'raw/waiting.eml']);
    expect(delivered).toHaveLength(1);
  });

  it('drops an object whose file was removed, and logs that', async () => {
    const directory = path('removed');
    const first = await start({ directory });
    await first.store.put(at('a'), Buffer.from('x'));
    await rm(join(directory, 'objects', '0', '1'));
    const error = vi.fn();
    const second = await restart({ directory, log: { debug() {}, info() {}, warn() {}, error } });
    expect(await second.store.head(at('a'))).toBeNull();
    expect(error).toHaveBeenCalledWith(expect.any(String), expect.objectContaining({ key: 'a' }));
  });

  it('leaves foreign files alone', async () => {
    const directory = path('strangers');
    const first = await start({ directory });
    await first.store.put(at('one'), Buffer.from('ONE'));
    await writeFile(join(directory, 'objects', '.DS_Store'), '');
    await writeFile(join(directory, 'objects', '0', '.nfs01'), '');
    const second = await restart({ directory });
    for (const key of ['two', 'three']) await second.store.put(at(key), Buffer.from(key.toUpperCase()));
    for (const key of ['one', 'two', 'three']) {
      const object = await second.store.get(at(key));
      expect(object && (await text(object.body))).toBe(key.toUpperCase());
    }
  });

  it.each([
    ['has a damaged line among others', '{"n":'],
    ['is empty', null],
  ])('removes no file when the journal %s', async (_what, line) => {
    const directory = path(`damaged-${line === null}`);
    const journal = join(directory, 'journal.ndjson');
    const first = await start({ directory });
    for (const key of ['a', 'b', 'c']) await first.store.put(at(key), Buffer.from(key));
    await first.stop();
    const lines = (await readFile(journal, 'utf8')).split('\n');
    if (line !== null) lines[1] = line;
    await writeFile(journal, line === null ? '' : lines.join('\n'));
    for (let times = 0; times < 2; times += 1) await restart({ directory });
    expect(await readdir(join(directory, 'objects', '0'))).toEqual(['1', '2', '3']);
  });

  it('sends events only for keys that match the rule of the bucket', async () => {
    const delivered: string[] = [];
    const first = await start({
      directory: path('rules'),
      deliver: async (notification) => void delivered.push(JSON.parse(notification).Records[0].s3.object.key),
    });
    for (const key of ['raw/a.eml', 'raw/a.json', 'raw/b.eml']) {
      await first.store.put(at(key), Buffer.from('x'));
    }
    await vi.waitFor(() => expect(delivered).toHaveLength(2), { timeout: 100_000 });
    expect(delivered).toEqual(['raw/a.eml', 'raw/b.eml']);
  });
});
