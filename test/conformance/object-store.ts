import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessError, PermanentError, TransientError } from '../../core/mail/errors.ts';
import type { ObjectRef, ObjectStore, PutResult } from '../../core/ports/object-store.ts';
import { keysConformance } from './object-keys.ts';
import { keysBelow, type ObjectStoreUnderTest, readWhole, refOf } from './store-under-test.ts';

const MB = 1024 * 1024;

/** The contract of every ObjectStore. A run makes a few hundred requests and transfers about 150 MB. */
export function objectStoreConformance(name: string, open: () => Promise<ObjectStoreUnderTest>): void {
  describe(`object store: ${name}`, () => {
    let opened: ObjectStoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened?.close());

    const at = (key: string): ObjectRef => refOf(opened, key);
    const read = (ref: ObjectRef, range?: { start: number; end: number }) => readWhole(store, ref, range);
    const unfinishedUploads = async (ref: ObjectRef): Promise<number> => {
      const request = new ListMultipartUploadsCommand({ Bucket: ref.bucket, Prefix: ref.key });
      return (await opened.client.send(request)).Uploads?.length ?? 0;
    };

    describe('put, get and head', () => {
      it('gives back bytes, type and metadata', async () => {
        const ref = at('whole');
        const bytes = randomBytes(5000);
        const metadata = { envelope: 'eyJpZCI6IjAxIn0', 'trace-bytes': '120' };
        const before = Date.now();
        expect(await store.put(ref, bytes, { contentType: 'message/rfc822', metadata })).toMatchObject({
          outcome: 'created',
        });
        const object = await store.get(ref);
        expect(object).toMatchObject({ size: 5000, contentType: 'message/rfc822', metadata });
        expect(object && (await buffer(object.body)).equals(bytes)).toBe(true);
        const head = await store.head(ref);
        expect(head).toMatchObject({ size: 5000, contentType: 'message/rfc822', metadata });
        expect(Math.abs((head?.lastModified.getTime() ?? 0) - before)).toBeLessThan(60_000);
        expect(head?.lastModified).toEqual(object?.lastModified);
      });

      it('copies bytes to another key, with other metadata, and never over an existing object', async () => {
        const [from, to] = [at('copy from & +ü'), at('copy-to')];
        const bytes = randomBytes(70_000);
        await store.put(from, bytes, { contentType: 'text/plain', metadata: { of: 'source' } });
        const options = { contentType: 'message/rfc822', metadata: { of: 'copy' }, ifAbsent: true };
        expect(await store.copy(from, to, options)).toMatchObject({ outcome: 'created' });
        const copied = await store.get(to);
        expect(copied).toMatchObject({ size: 70_000, contentType: 'message/rfc822', metadata: { of: 'copy' } });
        expect(copied && (await buffer(copied.body)).equals(bytes)).toBe(true);
        await store.put(from, Buffer.from('other'));
        expect(await store.copy(from, to, options)).toEqual({ outcome: 'exists', versionId: null });
        expect((await read(to))?.equals(bytes)).toBe(true);
        await expect(store.copy(at('copy-of-nothing'), at('copy-2'), options)).rejects.toMatchObject({
          code: 's3.NoSuchKey',
        });
      });

      it.each([
        ['nothing', 0],
        ['one byte', 1],
        ['one part', 8 * MB],
        ['one part and a byte', 8 * MB + 1],
        ['three parts', 20 * MB],
      ])('takes a stream of %s', async (_, size) => {
        const ref = at(`stream-${size}`);
        const source = randomBytes(size);
        const metadata = { kind: 'stream' };
        expect((await store.put(ref, inChunks(source, 60_000), { metadata })).outcome).toBe('created');
        const object = await store.get(ref);
        expect(object).toMatchObject({ size, metadata });
        expect(object && digest(await buffer(object.body))).toBe(digest(source));
      });

      it('takes a body in pieces, and its checksum from the caller', async () => {
        const ref = at('pieces');
        const pieces = [randomBytes(70_000), Buffer.alloc(0), randomBytes(3)];
        const body = Buffer.concat(pieces);
        expect((await store.put(ref, pieces, { crc32: crc32(body) })).outcome).toBe('created');
        expect((await read(ref))?.equals(body)).toBe(true);
      });

      it('refuses a body that does not match its checksum', async () => {
        const refused = store.put(at('damaged'), [Buffer.from('dam'), Buffer.from('aged')], { crc32: 1 });
        await expect(refused).rejects.toMatchObject({ kind: 'transient', code: 's3.BadDigest' });
        expect(await store.head(at('damaged'))).toBeNull();
      });

      it('replaces an object by default', async () => {
        const ref = at('replaced');
        await store.put(ref, Buffer.from('first'), { metadata: { n: '1' } });
        await store.put(ref, Buffer.from('the second'));
        expect((await read(ref))?.toString()).toBe('the second');
        expect((await store.head(ref))?.metadata).toEqual({});
      });

      it('reads a range, its end included', async () => {
        const ref = at('range');
        await store.put(ref, Buffer.from('0123456789'));
        expect((await read(ref, { start: 0, end: 0 }))?.toString()).toBe('0');
        expect((await read(ref, { start: 3, end: 5 }))?.toString()).toBe('345');
        expect((await read(ref, { start: 8, end: 100 }))?.toString()).toBe('89');
        const object = await store.get(ref, { range: { start: 3, end: 5 } });
        expect(object?.size).toBe(10);
        object?.body.destroy();
      });

      it('returns null for missing objects', async () => {
        expect(await store.get(at('missing'))).toBeNull();
        expect(await store.head(at('missing'))).toBeNull();
        await store.delete(at('missing'));
      });

      it('deletes objects', async () => {
        const ref = at('deleted');
        await store.put(ref, Buffer.from('x'));
        await store.delete(ref);
        expect(await store.get(ref)).toBeNull();
        expect(await keysBelow(opened, 'deleted')).toEqual([]);
      });
    });

    describe('write once', () => {
      it.each([
        ['a buffer', () => Buffer.from('second')],
        ['a short stream', () => inChunks(Buffer.from('second'), 2)],
        ['a multipart upload', () => inChunks(Buffer.alloc(9 * MB), MB)],
      ])('keeps the first object against %s', async (kind, second) => {
        const ref = at(`once ${kind}`);
        expect((await store.put(ref, Buffer.from('first'), { ifAbsent: true })).outcome).toBe('created');
        expect(await store.put(ref, second(), { ifAbsent: true })).toEqual({ outcome: 'exists', versionId: null });
        expect((await read(ref))?.toString()).toBe('first');
        expect(await unfinishedUploads(ref)).toBe(0);
      });

      it('lets exactly one of twenty writers win', async () => {
        const ref = at('race');
        const bodies = Array.from({ length: 20 }, (_, n) => Buffer.from(`writer ${n}`));
        const results = await Promise.all(bodies.map((body) => store.put(ref, body, { ifAbsent: true })));
        const winners = bodies.filter((_, n) => results[n]?.outcome === 'created');
        expect(winners).toHaveLength(1);
        expect(await read(ref)).toEqual(winners[0]);
      });

      it('allows writing again after deletion', async () => {
        const ref = at('once again');
        await store.put(ref, Buffer.from('first'), { ifAbsent: true });
        await store.delete(ref);
        expect((await store.put(ref, Buffer.from('second'), { ifAbsent: true })).outcome).toBe('created');
      });
    });

    describe('optimistic concurrency', () => {
      const etagOf = async (ref: ObjectRef): Promise<string> => (await store.head(ref))?.etag ?? '';

      it.each([
        ['a buffer', () => Buffer.from('second')],
        ['a short stream', () => inChunks(Buffer.from('second'), 2)],
        ['a multipart upload', () => inChunks(Buffer.alloc(9 * MB), MB)],
      ])('stores %s while the object is the one that was read', async (kind, second) => {
        const ref = at(`swap ${kind}`);
        await store.put(ref, Buffer.from('first'));
        const ifMatch = await etagOf(ref);
        expect((await store.put(ref, second(), { ifMatch })).outcome).toBe('created');
        const swapped = await store.head(ref);
        expect(swapped?.size).toBeGreaterThan(5);
        expect(swapped?.etag).not.toBe(ifMatch);
        const third = Buffer.from('third');
        expect(await store.put(ref, third, { ifMatch })).toEqual({ outcome: 'changed', versionId: null });
        expect(await store.put(ref, second(), { ifMatch })).toEqual({ outcome: 'changed', versionId: null });
        expect(await store.head(ref)).toEqual(swapped);
        expect(await unfinishedUploads(ref)).toBe(0);
      });

      it('returns the same entity tag from get and head', async () => {
        const ref = at('swap etag');
        await store.put(ref, Buffer.from('first'));
        const object = await store.get(ref);
        object?.body.destroy();
        expect(object?.etag).toBe(await etagOf(ref));
      });

      it.each([
        ['a buffer', () => Buffer.from('second')],
        ['a multipart upload', () => inChunks(Buffer.alloc(9 * MB), MB)],
      ])('stores nothing of %s when the object is gone', async (kind, second) => {
        const ref = at(`swap gone ${kind}`);
        await store.put(ref, Buffer.from('first'));
        const ifMatch = await etagOf(ref);
        await store.delete(ref);
        expect((await store.put(ref, second(), { ifMatch })).outcome).toBe('changed');
        expect(await store.head(ref)).toBeNull();
        expect(await unfinishedUploads(ref)).toBe(0);
      });

      it('loses nothing that twenty writers add', async () => {
        const ref = at('swap race');
        await store.put(ref, Buffer.from(''));
        const add = async (line: string): Promise<void> => {
          for (;;) {
            const object = await store.get(ref);
            const before = object && (await buffer(object.body)).toString();
            const options = { ifMatch: object?.etag ?? '' };
            const { outcome } = await store.put(ref, Buffer.from(`${before}${line}\n`), options);
            if (outcome === 'created') return;
          }
        };
        const lines = Array.from({ length: 20 }, (_, n) => `writer ${n}`);
        await Promise.all(lines.map(add));
        expect((await read(ref))?.toString().trim().split('\n').sort()).toEqual(lines.sort());
      });
    });

    describe('a put that fails', () => {
      it.each([0, 100, 9 * MB])(
        'leaves nothing visible of a body that failed after %i bytes, and rejects with its error',
        async (size) => {
          const ref = at(`failing-${size}`);
          const failure = new Error('the client went away');
          async function* failing(): AsyncGenerator<Buffer> {
            yield* inChunks(Buffer.alloc(size), MB);
            throw failure;
          }
          await expect(store.put(ref, failing())).rejects.toBe(failure);
          expect(await store.head(ref)).toBeNull();
          expect(await unfinishedUploads(ref)).toBe(0);
        },
      );

      it.each([0, 100, 9 * MB])('ends a body that stalled after %i bytes when it is aborted', async (size) => {
        const ref = at(`aborted-${size}`);
        const abort = new AbortController();
        async function* stalling(): AsyncGenerator<Buffer> {
          yield* inChunks(Buffer.alloc(size), MB);
          abort.abort(new Error('deadline'));
          await new Promise(() => {});
        }
        const put: Promise<PutResult> = store.put(ref, stalling(), { signal: abort.signal });
        await expect(put).rejects.toBeInstanceOf(TransientError);
        expect(await store.head(ref)).toBeNull();
        expect(await unfinishedUploads(ref)).toBe(0);
      });

      it('does not begin when its signal is already aborted', async () => {
        const ref = at('aborted before');
        const put = store.put(ref, Buffer.from('x'), { signal: AbortSignal.abort() });
        await expect(put).rejects.toBeInstanceOf(TransientError);
        expect(await store.head(ref)).toBeNull();
      });

      it('accepts 2 KB of metadata, and no more', async () => {
        const metadata = { a: 'x'.repeat(2047) };
        expect((await store.put(at('metadata'), Buffer.from('x'), { metadata })).outcome).toBe('created');
        expect((await store.head(at('metadata')))?.metadata).toEqual(metadata);
        const tooMuch = store.put(at('metadata-over'), Buffer.from('x'), { metadata: { a: 'x'.repeat(2048) } });
        await expect(tooMuch).rejects.toBeInstanceOf(PermanentError);
      });

      it('rejects an unknown bucket as an access error', async () => {
        const ref = { bucket: `${opened.bucket}-does-not-exist`, key: 'x' };
        await expect(store.put(ref, Buffer.from('x'))).rejects.toBeInstanceOf(AccessError);
        await expect(store.get(ref)).rejects.toBeInstanceOf(AccessError);
        await expect(store.list(ref.bucket)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(AccessError);
      });
    });

    describe('keys', () => keysConformance(() => opened));
  });
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
