import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TransientError } from '../../core/mail/errors.ts';
import { bareHead } from '../../core/ports/mime-reader.ts';
import { AttachmentUploads } from '../../lambda/parser/attachment-uploads.ts';
import { MemoryStore } from '../support/memory-aws.ts';

const MB = 1024 * 1024;

async function* content(bytes: number): AsyncGenerator<Buffer> {
  for (let left = bytes; left > 0; left -= MB) yield Buffer.alloc(Math.min(left, MB));
}

/** Uploads to a store whose response the test controls. */
function uploadsTo(answer: Promise<unknown>) {
  const store = new MemoryStore(() => answer);
  const uploads = new AttachmentUploads({ store, contentBucket: 'content' }, 'id', new AbortController().signal);
  return { store, uploads };
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Whether a promise has settled after all pending work has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  for (let count = 0; count < 20; count++) await turn();
  return settled;
}

describe('attachments of one mail', () => {
  it('are in flight together, and `stored` waits for all of them', async () => {
    const { opened, open } = gate();
    const { store, uploads } = uploadsTo(opened);
    const places = await Promise.all(['2', '3', '4'].map((part) => uploads.store(bareHead(part), content(1_000))));
    expect(store.objects.size).toBe(0);
    const stored = uploads.stored();
    expect(await isSettled(stored)).toBe(false);
    open();
    await stored;
    expect([...store.objects.keys()]).toEqual(places.map(({ bucket, key }) => `${bucket}/${key}`));
  });

  it('are awaited one by one after the eighth', async () => {
    const { opened, open } = gate();
    const { uploads } = uploadsTo(opened);
    for (let part = 1; part <= 8; part++) await uploads.store(bareHead(String(part)), content(1));
    const ninth = uploads.store(bareHead('9'), content(1));
    expect(await isSettled(ninth)).toBe(false);
    open();
    await ninth;
  });

  it('are awaited one by one above 4 MB in flight', async () => {
    const { opened, open } = gate();
    const { uploads } = uploadsTo(opened);
    await uploads.store(bareHead('1'), content(4 * MB));
    const second = uploads.store(bareHead('2'), content(1));
    expect(await isSettled(second)).toBe(false);
    open();
    await second;
    await uploads.stored();
    await uploads.store(bareHead('3'), content(4 * MB));
  });

  it('fail the mail when one of them fails after the reading', async () => {
    const { opened, open } = gate();
    const failing = opened.then(() => Promise.reject(new TransientError('s3.SlowDown', 'later')));
    const { uploads } = uploadsTo(failing);
    await uploads.store(bareHead('1'), content(1_000));
    open();
    await expect(uploads.stored()).rejects.toThrow('later');
    await uploads.settled();
  });
});
