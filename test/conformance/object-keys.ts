import { expect, it } from 'vitest';
import { PermanentError } from '../../core/mail/errors.ts';
import { keysBelow, type ObjectStoreUnderTest, readWhole, refOf } from './store-under-test.ts';

const KEYS = [
  'keys/a',
  'keys/a/b',
  'keys/a//b',
  'keys/a/./b',
  'keys/a/../b',
  'keys/a/',
  'keys/a%2Fb',
  'keys/a%252Fb',
  'keys/a+b',
  'keys/a b',
  'keys/a?x=1&y',
  'keys/a#b',
  'keys/a&<>"\'b',
  'keys/a\\b',
  'keys/a:b*c|d',
  'keys/A',
  'keys/ä',
  'keys/a\u0308',
  'keys/日本',
  'keys/～',
  'keys/😀',
  'keys/.hidden',
  'keys/con',
  'keys/__proto__',
  'keys/a\nb',
];

/** Keys are opaque data of up to 1,024 bytes, listed in byte order. */
export function keysConformance(opened: () => ObjectStoreUnderTest): void {
  const at = (key: string) => refOf(opened(), key);
  it('are data: each names its own object', async () => {
    await Promise.all(KEYS.map((key) => opened().store.put(at(key), Buffer.from(key), { ifAbsent: true })));
    const bodies = await Promise.all(KEYS.map((key) => readWhole(opened().store, at(key))));
    expect(bodies.map(String)).toEqual(KEYS);
  });

  it('are listed in the order of their UTF-8 bytes', async () => {
    const inOrder = KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await keysBelow(opened(), 'keys/')).toEqual(inOrder);
    expect(await keysBelow(opened(), 'keys/a/')).toEqual(inOrder.filter((key) => key.startsWith('keys/a/')));
    const behind = inOrder.slice(inOrder.indexOf('keys/ä') + 1);
    expect(await keysBelow(opened(), 'keys/', 'keys/ä')).toEqual(behind);
  });

  it('may have 1,024 bytes and no more', async () => {
    const longest = at('').key + 'é'.repeat((1024 - Buffer.byteLength(at('').key)) / 2);
    const key = longest.padEnd(longest.length + 1024 - Buffer.byteLength(longest), 'x');
    await opened().store.put({ bucket: opened().bucket, key }, Buffer.from('long'));
    expect((await readWhole(opened().store, { bucket: opened().bucket, key }))?.toString()).toBe('long');
    const tooLong = opened().store.put({ bucket: opened().bucket, key: `${key}x` }, Buffer.from('x'));
    await expect(tooLong).rejects.toBeInstanceOf(PermanentError);
  });

  it('are listed beyond one page', async () => {
    const keys = Array.from({ length: 1100 }, (_, n) => `many/${String(n).padStart(5, '0')}`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => opened().store.put(at(key), Buffer.from(key))));
    }
    expect(await keysBelow(opened(), 'many/')).toEqual(keys);
    expect(await keysBelow(opened(), 'many/', 'many/00049')).toEqual(keys.slice(50));
  });
}
