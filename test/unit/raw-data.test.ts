import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ObjectRef } from '../../core/ports/object-store.ts';
import { RawData, readAgain } from '../../core/reading/raw-data.ts';

const TRACE = 'Received: x\r\n';
const MB = 1024 * 1024;

function rawMail(data: string | Buffer) {
  const object = Buffer.concat([Buffer.from(TRACE), Buffer.from(data)]);
  const [size, traceBytes] = [object.length, TRACE.length];
  const facts = { id: 'x', bucket: 'raw-mail', key: 'raw/x.eml', versionId: 'v1', envelope: null, receivedAt: '' };
  const pieces = [object.subarray(0, 5), object.subarray(5, 20), object.subarray(20)];
  return { ...facts, size, traceBytes, data: new RawData(Readable.from(pieces), size, traceBytes) };
}

/** Records the requests it receives. */
function storeOf(found: string | null) {
  const asked: (ObjectRef & { range: unknown })[] = [];
  return {
    asked,
    get: async (ref: ObjectRef, options: { range?: unknown } = {}) => {
      asked.push({ ...ref, range: options.range });
      const body = Readable.from([Buffer.from(found ?? '')]);
      const rest = { size: 0, versionId: null, metadata: {}, lastModified: new Date(0), etag: '', contentType: null };
      return found === null ? null : { ...rest, body };
    },
  };
}

const never = new AbortController().signal;

describe('the bytes of a mail', () => {
  it('are available a second time without a request, up to 1 MB and as often as needed', async () => {
    const raw = rawMail('From: a@example.org\r\n\r\nx');
    const store = storeOf(null);
    await raw.data.sha256();
    for (let time = 0; time < 2; time += 1) {
      const again = await readAgain(store, raw, never);
      expect(again && (await text(again))).toBe('From: a@example.org\r\n\r\nx');
    }
    expect(store.asked).toEqual([]);
  });

  it('of an empty mail are empty the second time as well', async () => {
    const raw = rawMail('');
    await raw.data.sha256();
    const again = await readAgain(storeOf(null), raw, never);
    expect(again && (await buffer(again))).toHaveLength(0);
  });

  it.each([
    ['that is larger', Buffer.alloc(MB), true],
    ['that was not read to its end', Buffer.from('From: a@example.org'), false],
  ])('of a mail %s come from the version that was read', async (_, data, read) => {
    const raw = rawMail(data);
    if (read) await raw.data.sha256();
    const store = storeOf('again');
    const again = await readAgain(store, raw, never);
    expect(again && (await text(again))).toBe('again');
    const range = { start: raw.traceBytes, end: raw.size - 1 };
    expect(store.asked).toEqual([{ bucket: 'raw-mail', key: 'raw/x.eml', versionId: 'v1', range }]);
    expect(await readAgain(storeOf(null), raw, never)).toBeNull();
  });
});
