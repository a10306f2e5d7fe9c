import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../../../local/s3/key-order.ts';
import { decodePosition, encodePosition, listPage } from '../../../local/s3/listing.ts';
import { ObjectTable } from '../../../local/s3/object-table.ts';
import type { StoredObject } from '../../../local/s3/record.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u{e000}', '😀', 'é'), minLength: 1, maxLength: 6 });
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const stored = (name: string): StoredObject => ({
  bucket: 'b',
  key: name,
  file: '',
  size: 0,
  etag: '',
  modified: 0,
  headers: {},
  metadata: {},
  tags: {},
  checksum: null,
});

describe('the order of keys', () => {
  it('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
      }),
    );
  });

  it('is kept by a table through every change', () => {
    const change = fc.record({ add: fc.boolean(), key });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const table = new ObjectTable();
        const expected = new Set<string>();
        for (const [n, { add, key: name }] of changes.entries()) {
          if (add) table.set(stored(name));
          else table.delete(name);
          if (add) expected.add(name);
          else expected.delete(name);
          if (n === 1) [...table.from('')];
        }
        expect([...table.from('')].map((object) => object.key)).toEqual([...expected].sort(byBytes));
      }),
    );
  });
});

describe('a listing', () => {
  const query = fc.record({
    keys: fc.uniqueArray(key, { maxLength: 30 }),
    prefix: fc.oneof(fc.constant(''), key),
    delimiter: fc.constantFrom('', '/', 'a'),
    after: fc.oneof(fc.constant(''), key),
    limit: fc.integer({ min: 1, max: 5 }),
  });

  it('is the same in pages as in one piece', () => {
    fc.assert(
      fc.property(query, ({ keys, prefix, delimiter, after, limit }) => {
        const table = new ObjectTable();
        for (const name of keys) table.set(stored(name));
        const found: string[] = [];
        const prefixes: string[] = [];
        let position = { after, isPrefix: false };
        for (let pages = 0; ; pages++) {
          const page = listPage(table, { prefix, delimiter, position, limit });
          expect(page.objects.length + page.commonPrefixes.length).toBeLessThanOrEqual(limit);
          found.push(...page.objects.map((object) => object.key));
          prefixes.push(...page.commonPrefixes);
          if (page.next === null) break;
          position = decodePosition(encodePosition(page.next));
          expect(pages).toBeLessThan(40);
        }
        const matching = keys.filter((name) => name.startsWith(prefix) && byBytes(name, after) > 0).sort(byBytes);
        const cut = (name: string): number => (delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length));
        expect(found).toEqual(matching.filter((name) => cut(name) === -1));
        const rolledUp = matching.filter((name) => cut(name) !== -1).map((name) => name.slice(0, cut(name) + 1));
        expect(prefixes).toEqual([...new Set(rolledUp)]);
      }),
    );
  });
});
