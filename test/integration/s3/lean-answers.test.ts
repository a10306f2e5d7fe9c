import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { Crc64Nvme } from '@aws-sdk/checksums/crc';
import { afterEach, describe, expect, it } from 'vitest';
import { base64Crc32 } from '../../../core/aws/body.ts';
import { leanObjectStore } from '../../../core/aws/lean/lean-object-store.ts';
import { LeanService } from '../../../core/aws/lean/service.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { type AnsweringServer, startAnsweringServer } from '../../support/answering-server.ts';
import { localS3Client } from '../../support/local-s3.ts';

/** Responses of a broken or hostile server to requests for one object, and their results. */
const MAIL = Buffer.from('From: a@example.com\r\n\r\nHello');
const AT = { bucket: 'raw-mail', key: 'raw/x.eml' };
const FIELDS = 'ETag: "e"\r\nLast-Modified: Sun, 29 Nov 2026 12:00:00 GMT\r\n';
const crcOf = (bytes: Buffer) => `x-amz-checksum-crc32: ${base64Crc32(crc32(bytes))}\r\n`;
const object = (fields: string, body = MAIL, length = body.length) =>
  `HTTP/1.1 200 OK\r\n${FIELDS}${fields}Content-Length: ${length}\r\n\r\n${body}`;
const error = (status: string, code: string) => {
  const body = `<Error><Code>${code}</Code></Error>`;
  return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
const GOOD = object(crcOf(MAIL));

let server: AnsweringServer;
let store: ObjectStore;
let loads: number;
afterEach(() => server.stop());

/** @param answers to the first requests; every later request succeeds */
async function start(answers: readonly string[], then: (socket: Socket) => void = () => {}): Promise<void> {
  server = await startAnsweringServer((socket, _request, number) => {
    socket.write(answers[number - 1] ?? GOOD, 'latin1');
    if (number <= answers.length) then(socket);
  });
  loads = 0;
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: server.endpoint,
  };
  const load = async () => {
    loads++;
    return localS3Client(server.endpoint);
  };
  store = leanObjectStore(new LeanService(environment, load));
}

async function read(): Promise<Buffer | null> {
  const stored = await store.get(AT);
  return stored && buffer(stored.body);
}

describe('a lean get', () => {
  it('of a good answer is one request, and loads no SDK', async () => {
    await start([GOOD]);
    const stored = await store.get(AT);
    expect(stored).toMatchObject({ size: MAIL.length, etag: '"e"', contentType: null, versionId: null });
    expect(stored?.lastModified.toISOString()).toBe('2026-11-29T12:00:00.000Z');
    expect(stored && (await buffer(stored.body))).toEqual(MAIL);
    expect(server.requests).toEqual(['GET /raw-mail/raw/x.eml']);
    expect(loads).toBe(0);
  });

  it('asks for the given version', async () => {
    await start([GOOD]);
    await store.get({ ...AT, versionId: 'a/b+c=' });
    expect(server.requests).toEqual(['GET /raw-mail/raw/x.eml?versionId=a%2Fb%2Bc%3D']);
  });

  it.each(['NoSuchKey', 'NoSuchVersion'])('is null for %s, without the SDK', async (code) => {
    await start([error('404 Not Found', code)]);
    expect(await read()).toBeNull();
    expect(loads).toBe(0);
  });

  it.each([
    ['another checksum', object(crcOf(Buffer.from('other')))],
    ['a damaged body', object(crcOf(MAIL), Buffer.from(MAIL.toString().replace('Hello', 'Jello')))],
    ['another CRC64NVME', object('x-amz-checksum-crc64nvme: AAAAAAAAAAA=\r\n')],
    ['another SHA-256', object(`x-amz-checksum-sha256: ${'A'.repeat(43)}=\r\n`)],
    ['no entity tag', GOOD.replace('ETag', 'X-Tag')],
    ['a time that is none', GOOD.replace('Sun, 29', 'Sun, 99')],
    ['no length', GOOD.replace('Content-Length', 'X-Length')],
    ['a page of HTML', 'HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>'],
    [
      'a page of HTML as an object',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>',
    ],
    ['a skewed clock', error('403 Forbidden', 'RequestTimeTooSkewed')],
    ['a throttled request', error('503 Slow Down', 'SlowDown')],
    ['a redirect', error('301 Moved Permanently', 'PermanentRedirect')],
    ['a part of it', GOOD.replace('200 OK', '206 Partial Content')],
  ])('is left to the SDK, which asks again, for %s', async (_, answer) => {
    await start([answer]);
    expect(await read()).toEqual(MAIL);
    expect(server.requests).toHaveLength(2);
    expect(loads).toBe(1);
  });

  it('is left to the SDK when its body is cut short', async () => {
    await start([object(crcOf(MAIL), MAIL, MAIL.length + 1)], (socket) => socket.end());
    expect(await read()).toEqual(MAIL);
    expect(loads).toBe(1);
  });

  it.each([
    ['NoSuchBucket', '404 Not Found'],
    ['AccessDenied', '403 Forbidden'],
  ])('fails as the SDK fails for %s', async (code, status) => {
    await start(Array.from({ length: 4 }, () => error(status, code)));
    await expect(read()).rejects.toMatchObject({ kind: 'transient', code: `s3.${code}` });
  });

  it('takes the checksum that S3 gives what others store', async () => {
    const crc = new Crc64Nvme();
    crc.update(MAIL);
    const sum = Buffer.from(await crc.digest()).toString('base64');
    await start([object(`x-amz-checksum-crc64nvme: ${sum}\r\n`), object('x-amz-checksum-crc32: AAAAAA==-3\r\n')]);
    expect(await read()).toEqual(MAIL);
    expect(await read()).toEqual(MAIL);
    expect(loads).toBe(0);
  });

  it('of a long object fails at its end when that is damaged', async () => {
    const long = Buffer.alloc(3 * 1024 * 1024, 'long');
    await start([object(crcOf(long), long), object(crcOf(MAIL), long)]);
    expect((await read())?.equals(long)).toBe(true);
    await expect(read()).rejects.toMatchObject({ kind: 'transient', code: 's3.ChecksumMismatch' });
  });

  it('keeps names of metadata that are names of Object', async () => {
    await start([object('x-amz-meta-__proto__: p\r\nx-amz-meta-constructor: c\r\n')]);
    const { metadata } = (await store.get(AT)) ?? {};
    expect(Object.entries(metadata ?? {})).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });

  it('ends when it is aborted, and loads no SDK for it', async () => {
    await start([object(crcOf(MAIL), MAIL, MAIL.length + 1)]);
    const abort = new AbortController();
    const reading = expect(store.get(AT, { signal: abort.signal })).rejects.toMatchObject({ code: 's3.AbortError' });
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort();
    await reading;
    expect(loads).toBe(0);
  });
});

describe('a lean head', () => {
  it('is null for a 404 and what a 200 says, without the SDK', async () => {
    const found = `HTTP/1.1 200 OK\r\n${FIELDS}Content-Length: 4711\r\nx-amz-version-id: v\r\n\r\n`;
    await start(['HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n', found]);
    expect(await store.head(AT)).toBeNull();
    expect(await store.head(AT)).toMatchObject({ size: 4711, versionId: 'v' });
    expect(server.requests).toHaveLength(2);
    expect(loads).toBe(0);
  });

  it('fails as the SDK fails', async () => {
    const denied = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';
    await start([denied, denied, denied, denied]);
    await expect(store.head(AT)).rejects.toMatchObject({ kind: 'transient' });
    expect(loads).toBe(1);
  });
});
