import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalS3, startLocalS3 } from '../support/local-s3.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const run = promisify(execFile);
const MB = 1024 * 1024;

const hasCli = ((): boolean => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const missing = hasCli || process.env['CI'] ? '' : ' (skipped: the aws command is not here)';

describe.skipIf(missing)(`the AWS CLI on the local S3${missing}`, () => {
  const path = temporaryDirectory();
  let local: LocalS3;
  beforeAll(async () => {
    local = await startLocalS3();
  });
  afterAll(() => local?.stop());

  const aws = async (...args: string[]): Promise<string> => {
    const env = {
      PATH: process.env['PATH'],
      HOME: path(),
      AWS_ENDPOINT_URL: local.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    return (await run('aws', args, { env })).stdout;
  };
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

  it('copies a file there and back, in one piece and in parts', async () => {
    for (const [name, size] of [
      ['small ü+.eml', 5000],
      ['large.eml', 20 * MB + 1],
    ] as const) {
      const bytes = randomBytes(size);
      await writeFile(path(name), bytes);
      await aws('s3', 'cp', path(name), `s3://raw-mail/cli/${name}`, '--metadata', 'a=1');
      await aws('s3', 'cp', `s3://raw-mail/cli/${name}`, path('back'));
      expect(digest(await readFile(path('back')))).toBe(digest(bytes));
      const head = JSON.parse(await aws('s3api', 'head-object', '--bucket', 'raw-mail', '--key', `cli/${name}`));
      expect(head).toMatchObject({ ContentLength: size, Metadata: { a: '1' } });
    }
  });

  it('copies and moves between keys, metadata included', async () => {
    await aws('s3', 'cp', 's3://raw-mail/cli/large.eml', 's3://mail-content/copied.eml');
    await aws('s3', 'mv', 's3://raw-mail/cli/small ü+.eml', 's3://mail-content/moved.eml');
    // Version 1 of the CLI drops metadata on a multipart copy.
    expect((await local.store.head({ bucket: 'mail-content', key: 'copied.eml' }))?.size).toBe(20 * MB + 1);
    expect(await local.store.head({ bucket: 'mail-content', key: 'moved.eml' })).toMatchObject({
      size: 5000,
      metadata: { a: '1' },
    });
    expect(await local.store.head({ bucket: 'raw-mail', key: 'cli/small ü+.eml' })).toBeNull();
  });

  it('lists, syncs and removes', async () => {
    await mkdir(path('tree', 'b'), { recursive: true });
    // S3 reports times in whole seconds: a file written in this second would count as newer than its object.
    const before = new Date(Date.now() - 60_000);
    for (const name of ['a.txt', 'b/c.txt', 'b/d.txt']) {
      await writeFile(path('tree', name), name);
      await utimes(path('tree', name), before, before);
    }
    await aws('s3', 'sync', path('tree'), 's3://mail-content/tree/');
    expect(await aws('s3', 'ls', 's3://mail-content/tree/')).toMatch(/PRE b\/\n.* a\.txt\n$/);
    expect(await aws('s3', 'sync', path('tree'), 's3://mail-content/tree/')).toBe('');
    await aws('s3', 'sync', 's3://mail-content/tree/', path('copy'));
    expect(await readFile(path('copy', 'b', 'd.txt'), 'utf8')).toBe('b/d.txt');
    await aws('s3', 'rm', '--recursive', 's3://mail-content/tree/b/');
    expect((await aws('s3', 'ls', '--recursive', 's3://mail-content/tree/')).trim()).toMatch(/tree\/a\.txt$/);
    expect(await aws('s3', 'ls')).toMatch(/raw-mail\n.*mail-content\n$/);
  });

  it('reads a presigned URL', async () => {
    await local.store.put({ bucket: 'mail-content', key: 'signed ü' }, Buffer.from('signed'));
    const url = await aws('s3', 'presign', 's3://mail-content/signed ü');
    expect(await (await fetch(url.trim())).text()).toBe('signed');
  });

  it('works with tags, ranges and many deletions', async () => {
    const key = ['--bucket', 'mail-content', '--key', 'tagged'];
    await writeFile(path('body'), '0123456789');
    await aws(
      's3api',
      'put-object',
      ...key,
      '--body',
      path('body'),
      '--tagging',
      'a=1',
      '--checksum-algorithm',
      'SHA256',
    );
    expect(JSON.parse(await aws('s3api', 'get-object-tagging', ...key))).toEqual({
      TagSet: [{ Key: 'a', Value: '1' }],
    });
    await aws('s3api', 'get-object', ...key, '--range', 'bytes=2-4', path('part'));
    expect(await readFile(path('part'), 'utf8')).toBe('234');
    const remove = '{"Objects":[{"Key":"tagged"},{"Key":"none"}]}';
    const removed = JSON.parse(await aws('s3api', 'delete-objects', '--bucket', 'mail-content', '--delete', remove));
    expect(removed.Deleted).toEqual([{ Key: 'tagged' }, { Key: 'none' }]);
  });

  it('does not overwrite with --if-none-match', async () => {
    await local.store.put({ bucket: 'mail-content', key: 'once' }, Buffer.from('first'));
    const put = aws(
      's3api',
      'put-object',
      '--bucket',
      'mail-content',
      '--key',
      'once',
      '--body',
      path('body'),
      '--if-none-match',
      '*',
    );
    await expect(put).rejects.toThrow('PreconditionFailed');
  });
});
