import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsedKey } from '../../core/mail/keys.ts';
import type { ListedObject } from '../../core/ports/object-store.ts';
import { newestIds } from '../../local/console/newest-ids.ts';
import { idAt } from '../support/listings.ts';

/** A listing that counts how many keys are read from it. */
function listing(ids: string[]) {
  const keys = ids.map(parsedKey).sort();
  const read = { keys: 0, listings: 0 };
  async function* list(_bucket: string, { prefix = '', startAfter = '' } = {}): AsyncGenerator<ListedObject> {
    read.listings += 1;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? '') > startAfter) high = middle;
      else low = middle + 1;
    }
    for (const key of keys.slice(low)) {
      if (!key.startsWith(prefix)) continue;
      read.keys += 1;
      yield { key, size: 1, lastModified: new Date(0) };
    }
  }
  return { store: { list }, read };
}

const NOW = Date.now();
const DAY = 86_400_000;

describe('newestIds', () => {
  it('gives page by page what reading everything would give', async () => {
    const age = fc.oneof(fc.nat(5_000), fc.nat(DAY), fc.nat(3_000 * DAY));
    await fc.assert(
      fc.asyncProperty(fc.array(age, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (ages, count) => {
        const ids = ages.map((each, at) => idAt(NOW - each, at));
        const { store } = listing(ids);
        const found: string[] = [];
        for (let before: string | null = null; ; before = found.at(-1) ?? null) {
          const page = await newestIds(store, 'mail-content', count, before);
          if (page.length === 0) break;
          found.push(...page);
        }
        expect(found).toEqual(ids.sort().reverse());
      }),
    );
  });

  it.each([
    ['that came just now', 0],
    ['the last of which came a year ago', 365 * DAY],
  ])('reads few of 100,000 keys %s', async (_name, age) => {
    const ids = Array.from({ length: 100_000 }, (_, at) => idAt(NOW - age - at * 5_000));
    const { store, read } = listing(ids);
    expect(await newestIds(store, 'mail-content', 50, null)).toEqual(ids.slice(0, 50));
    const middle = ids[50_000] ?? '';
    expect(await newestIds(store, 'mail-content', 50, middle)).toEqual(ids.slice(50_001, 50_051));
    expect(read.keys).toBeLessThan(1_000);
    expect(read.listings).toBeLessThan(150);
  });
});
