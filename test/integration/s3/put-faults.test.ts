import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../../core/aws/s3-object-store.ts';
import { AccessError, PermanentError, TransientError } from '../../../core/mail/errors.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type LocalS3, localS3Client, startLocalS3 } from '../../support/local-s3.ts';

const MB = 1024 * 1024;

/** Applies the faults to matching requests in order; everything else passes. */
function script(pattern: RegExp, ...faults: Fault[]): (line: string) => Fault {
  return (line) => (pattern.test(line) ? (faults.shift() ?? 'pass') : 'pass');
}

describe('putting through a store that fails', () => {
  let local: LocalS3;
  let proxy: FaultProxy;
  let client: S3Client;
  let store: ObjectStore;
  let plan: (line: string) => Fault;

  beforeAll(async () => {
    local = await startLocalS3();
    proxy = await startFaultProxy(local.endpoint, (line) => plan(line));
    client = localS3Client(proxy.endpoint);
    store = s3ObjectStore(client);
  });
  beforeEach(() => {
    plan = () => 'pass';
    proxy.requests.length = 0;
  });
  afterAll(async () => {
    client?.destroy();
    await proxy?.stop();
    await local?.stop();
  });

  const at = (key: string) => ({ bucket: 'raw-mail', key });

  it.each([
    ['a buffer', () => Buffer.from('mine'), /^PUT /],
    ['a stream', () => stream(Buffer.from('mine')), /^PUT /],
    ['a multipart upload', () => stream(Buffer.alloc(9 * MB, 7)), /^POST .*uploadId=/],
  ])('recognises its own object when the answer to %s got lost', async (kind, body, pattern) => {
    plan = script(pattern, 'lose');
    expect(await store.put(at(`own ${kind}`), body(), { ifAbsent: true })).toMatchObject({ outcome: 'created' });
    expect(proxy.requests.filter((line) => line.startsWith('HEAD '))).toHaveLength(1);
  });

  it('treats an existing raw mail as its own when it may write but not read', async () => {
    const faults = script(/^PUT /, 'lose');
    plan = (line) => (line.startsWith('HEAD ') ? { status: 403, code: 'Forbidden' } : faults(line));
    expect(await store.put(at('raw/unreadable.eml'), Buffer.from('x'), { ifAbsent: true })).toMatchObject({
      outcome: 'created',
    });
  });

  it('never treats a claim or document as its own without reading it', async () => {
    await local.store.put(at('claim/other'), Buffer.from('ours'));
    const faults = script(/^PUT /, 'reset');
    plan = (line) => (line.startsWith('HEAD ') ? { status: 403, code: 'Forbidden' } : faults(line));
    await expect(store.put(at('claim/other'), Buffer.from('x'), { ifAbsent: true })).rejects.toThrow(AccessError);
  });

  it('finds its own object when the answer to an unconditional completion got lost', async () => {
    plan = script(/^POST .*uploadId=/, 'lose');
    expect(await store.put(at('own upload'), stream(Buffer.alloc(9 * MB, 7)))).toMatchObject({ outcome: 'created' });
  });

  it.each([
    ['a buffer', () => Buffer.from('mine'), /^PUT /],
    ['a multipart upload', () => stream(Buffer.alloc(9 * MB, 7)), /^POST .*uploadId=/],
  ])("does not mistake another's object for its own after a retry of %s", async (kind, body, pattern) => {
    await local.store.put(at(`other ${kind}`), Buffer.from('ours'));
    plan = script(pattern, 'reset');
    expect(await store.put(at(`other ${kind}`), body(), { ifAbsent: true })).toMatchObject({ outcome: 'exists' });
  });

  it('retries when another writer is writing the key', async () => {
    const conflict = { status: 409, code: 'ConditionalRequestConflict' };
    plan = script(/^PUT /, conflict, conflict);
    expect(await store.put(at('conflict'), Buffer.from('x'), { ifAbsent: true })).toMatchObject({ outcome: 'created' });
    expect(proxy.requests).toHaveLength(3);
  });

  it('handles a 412 after a conflict like one after a retry', async () => {
    await local.store.put(at('conflict, then there'), Buffer.from('same'));
    plan = script(/^PUT /, { status: 409, code: 'ConditionalRequestConflict' });
    const put = store.put(at('conflict, then there'), Buffer.from('same'), { ifAbsent: true });
    expect(await put).toMatchObject({ outcome: 'created' });
  });

  it.each([
    ['a buffer', () => Buffer.from('mine'), /^PUT /],
    ['a multipart upload', () => stream(Buffer.alloc(9 * MB, 7)), /^POST .*uploadId=/],
  ])('recognises that its own %s replaced another object when the answer got lost', async (kind, body, pattern) => {
    const ref = at(`swapped ${kind}`);
    await local.store.put(ref, Buffer.from('before'));
    const ifMatch = (await local.store.head(ref))?.etag ?? '';
    plan = script(pattern, 'lose');
    expect(await store.put(ref, body(), { ifMatch })).toMatchObject({ outcome: 'created' });
  });

  it('stores nothing when another writer swaps concurrently', async () => {
    const ref = at('swap conflict');
    await local.store.put(ref, Buffer.from('before'));
    const ifMatch = (await local.store.head(ref))?.etag ?? '';
    plan = script(/^PUT /, { status: 409, code: 'ConditionalRequestConflict' });
    expect(await store.put(ref, Buffer.from('mine'), { ifMatch })).toEqual({ outcome: 'changed', versionId: null });
    expect(proxy.requests).toHaveLength(1);
  });

  it.each([
    [{ status: 503, code: 'SlowDown' }, TransientError, 's3.SlowDown', 3],
    [{ status: 500, code: 'InternalError' }, TransientError, 's3.InternalError', 3],
    [{ status: 507, code: 'InsufficientStorage' }, TransientError, 's3.InsufficientStorage', 1],
    [{ status: 409, code: 'ConditionalRequestConflict' }, TransientError, 's3.ConditionalRequestConflict', 4],
    [{ status: 400, code: 'ExpiredToken' }, TransientError, 's3.ExpiredToken', 1],
    [{ status: 403, code: 'AccessDenied' }, AccessError, 's3.AccessDenied', 1],
    [{ status: 400, code: 'IncompleteBody' }, TransientError, 's3.IncompleteBody', 1],
    [{ status: 400, code: 'EntityTooLarge' }, PermanentError, 's3.EntityTooLarge', 1],
  ])('classifies %o', async (fault, kind, code, tries) => {
    plan = () => fault;
    const error = await store.put(at('classified'), Buffer.from('x')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code });
    expect(proxy.requests).toHaveLength(tries);
  });

  it('aborts an upload whose part is rejected, and leaves no parts', async () => {
    plan = script(/partNumber=2/, { status: 403, code: 'AccessDenied' });
    const put = store.put(at('refused part'), stream(Buffer.alloc(20 * MB)));
    await expect(put).rejects.toBeInstanceOf(AccessError);
    expect(proxy.requests.at(-1)).toMatch(/^DELETE .*uploadId=/);
  });

  it('fails as transient when nothing is listening', async () => {
    const nowhere = localS3Client('http://127.0.0.1:1', { maxAttempts: 1 });
    await expect(s3ObjectStore(nowhere).put(at('x'), Buffer.from('x'))).rejects.toBeInstanceOf(TransientError);
    nowhere.destroy();
  });

  it.each([
    ['a buffer', () => Buffer.from('x')],
    ['a multipart upload', () => stream(Buffer.alloc(9 * MB))],
  ])('ends %s at once when it is aborted while the store hangs', async (_, body) => {
    plan = (line) => (line.startsWith('DELETE ') ? 'pass' : 'hang');
    const abort = new AbortController();
    const put = store.put(at('hung'), body(), { signal: abort.signal });
    const rejected = expect(put).rejects.toMatchObject({ code: 's3.AbortError', kind: 'transient' });
    await expect.poll(() => proxy.requests.length).toBe(1);
    abort.abort(new Error('deadline'));
    await rejected;
  });
});

async function* stream(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += MB) yield bytes.subarray(from, from + MB);
}
