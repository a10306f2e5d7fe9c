import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignMailId } from '../../core/mail/id.ts';
import { envelopeKey, failedKey, heldKey, parsedKey, rawKey, sesKey } from '../../core/mail/keys.ts';
import { type MailOutcome, mailOutcomes } from '../../core/outcome/mail-outcomes.ts';
import type { ListedObject } from '../../core/ports/object-store.ts';
import { idAt as listedIdAt } from '../support/listings.ts';

const BUCKETS = { raw: 'raw-mail', content: 'mail-content' };
const HOUR = 3_600_000;
const START = Date.parse('2026-11-16T08:00:00Z');

/** Buckets as sorted lists of keys. `hidden` keys exist, but were written after their page was listed. */
function store(raw: (string | [string, Date])[], content: string[], hidden: string[] = []) {
  const objects = new Map<string, ListedObject[]>([
    ['raw-mail', raw.map((entry) => (Array.isArray(entry) ? listed(...entry) : listed(entry)))],
    ['mail-content', content.map((key) => listed(key))],
  ]);
  for (const list of objects.values()) list.sort((a, b) => (a.key < b.key ? -1 : 1));
  const lookedUp: string[] = [];
  return {
    lookedUp,
    async *list(bucket: string, { prefix = '', startAfter = '' } = {}) {
      yield* (objects.get(bucket) ?? []).filter(({ key }) => key.startsWith(prefix) && key > startAfter);
    },
    get: async () => null,
    async head({ bucket, key }: { bucket: string; key: string }) {
      lookedUp.push(key);
      const found = objects.get(bucket)?.find((object) => object.key === key);
      const object = found ?? (hidden.includes(key) ? listed(key) : undefined);
      return object ? { ...object, etag: '"x"', contentType: null, metadata: {}, versionId: null } : null;
    },
  };
}

function listed(key: string, lastModified = new Date(START)): ListedObject {
  return { key, size: 1, lastModified };
}

async function collect(outcomes: AsyncIterable<MailOutcome>): Promise<Record<string, MailOutcome['outcome']>> {
  const found: Record<string, MailOutcome['outcome']> = {};
  for await (const { id, outcome } of outcomes) found[id] = outcome;
  return found;
}

const ALWAYS = { since: null, until: null };

describe('mailOutcomes', () => {
  it('neither counts nor lists mails that are held for a verdict', async () => {
    const accepted = listedIdAt(START);
    const held = Array.from({ length: 50 }, (_, at) => heldKey(listedIdAt(START + at)));
    const others = ['raw/a.eml', 'raw/held0.eml', 'raw/zz.eml', 'ses/0abc'];
    const { list, ...rest } = store([rawKey(accepted), ...held, ...others], []);
    const seen: string[] = [];
    const watched = {
      ...rest,
      async *list(...call: Parameters<typeof list>) {
        for await (const object of list(...call)) {
          seen.push(object.key);
          yield object;
        }
      },
    };
    const found = await collect(mailOutcomes(watched, BUCKETS, ALWAYS));
    expect(Object.keys(found)).toHaveLength(1 + others.length);
    expect(new Set(seen.filter((key) => held.includes(key))).size).toBe(1);
  });

  it('returns the outcome of each mail of any set', async () => {
    const mail = fc.record({
      minutes: fc.nat(6000),
      outcome: fc.constantFrom<MailOutcome['outcome'][]>('parsed', 'failed', null),
      sidecar: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mail, { maxLength: 30 }), async (mails) => {
        const made = mails.map(({ minutes, ...rest }) => ({ id: idAt(START + minutes * 60_000), ...rest }));
        const raw = made.flatMap(({ id, sidecar }) => [rawKey(id), ...(sidecar ? [envelopeKey(id)] : [])]);
        const content = made.flatMap(({ id, outcome }) =>
          outcome === null ? [] : [outcome === 'parsed' ? parsedKey(id) : failedKey(id)],
        );
        expect(await collect(mailOutcomes(store(raw, content), BUCKETS, ALWAYS))).toEqual(
          Object.fromEntries(made.map(({ id, outcome }) => [id, outcome])),
        );
      }),
    );
  });

  it('keeps to a time window, its end excluded', async () => {
    const ids = [0, 0.5, 1, 2, 3].map((hours) => idAt(START + hours * HOUR));
    const window = { since: new Date(START + 0.5 * HOUR), until: new Date(START + 2 * HOUR) };
    const found = await collect(mailOutcomes(store(ids.map(rawKey), ids.map(parsedKey)), BUCKETS, window));
    expect(Object.keys(found)).toEqual([ids[1], ids[2]]);
  });

  it('checks again for an outcome that was written after the listing', async () => {
    const id = idAt(START);
    expect(await collect(mailOutcomes(store([rawKey(id)], [], [parsedKey(id)]), BUCKETS, ALWAYS))).toEqual({
      [id]: 'parsed',
    });
  });

  it('looks up no mail whose outcome is listed', async () => {
    const [a, b] = [idAt(START), idAt(START + 1)];
    const objects = store([rawKey(a), rawKey(b)], [parsedKey(a), failedKey(b)]);
    await collect(mailOutcomes(objects, BUCKETS, ALWAYS));
    expect(objects.lookedUp).toEqual([]);
  });

  it.each(['raw/other.eml', 'raw/2026/11/16/08/other.eml', 'ahead.eml', 'raw/1.eml', 'ses/abc123', 'zzz/other.eml'])(
    'finds %s under the id of its document',
    async (key) => {
      const stored = new Date(START + 10 * HOUR);
      const id = foreignMailId({ bucket: 'raw-mail', key }, stored);
      const own = idAt(START + 8 * HOUR);
      const objects = store([[key, stored], rawKey(own)], [parsedKey(id)]);
      expect(await collect(mailOutcomes(objects, BUCKETS, ALWAYS))).toEqual({ [id]: 'parsed', [own]: null });
      const [since, until] = [new Date(START + 9 * HOUR), new Date(START + 11 * HOUR)];
      expect(await collect(mailOutcomes(objects, BUCKETS, { since: null, until: since }))).toEqual({ [own]: null });
      expect(await collect(mailOutcomes(objects, BUCKETS, { since: null, until }))).toEqual({
        [id]: 'parsed',
        [own]: null,
      });
    },
  );

  it('walks foreign mails beside the listings of outcomes, a batch at a time, and looks up only missing ones', async () => {
    const foreign = Array.from({ length: 1_000 }, (_, at) => {
      const key = `ses/${(at * 7_919) % 1_000}-${at}`;
      return { key, stored: new Date(START + ((at * 37) % 500) * 60_000) };
    });
    const ids = foreign.map(({ key, stored }) => foreignMailId({ bucket: 'raw-mail', key }, stored));
    const outcomeOf = (at: number) => (at % 100 === 3 ? null : at % 10 === 0 ? 'failed' : 'parsed');
    const content = ids.flatMap((id, at) =>
      outcomeOf(at) === null ? [] : [outcomeOf(at) === 'failed' ? failedKey(id) : parsedKey(id)],
    );
    const objects = store(
      foreign.map(({ key, stored }) => [key, stored]),
      content,
    );
    const expected = Object.fromEntries(ids.map((id, at) => [id, outcomeOf(at)]));
    for (const batch of [300, 100_000]) {
      objects.lookedUp.length = 0;
      expect(await collect(mailOutcomes(objects, BUCKETS, ALWAYS, {}, batch))).toEqual(expected);
      expect(objects.lookedUp.length).toBeLessThan(1_000);
    }
    expect(objects.lookedUp).toHaveLength(20);
  });

  it('goes around the mails of SES from any position, and visits each once', async () => {
    const stored = new Date(START);
    const places = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(places, { maxLength: 20 }), places, async (fractions, from) => {
        const keys = [...new Set([...fractions.map((fraction) => `${sesKey(fraction)}x`), 'a.eml', 'ses0.eml'])];
        const objects = store(
          keys.map((key): [string, Date] => [key, stored]),
          [],
        );
        const found: string[] = [];
        const walk = mailOutcomes(objects, BUCKETS, ALWAYS, { sesFrom: sesKey(from) });
        for await (const { raw } of walk) found.push(raw.key);
        expect(found.sort()).toEqual(keys.sort());
      }),
    );
  });

  it('returns what it found of foreign mails when their listing must end, and continues with its own', async () => {
    const foreign = ['ses/1', 'ses/2', 'ses/3', 'ses/4'].map((key): [string, Date] => [key, new Date(START)]);
    const [first, second] = foreign.map(([key, at]) => foreignMailId({ bucket: 'raw-mail', key }, at));
    const own = idAt(START + HOUR);
    const objects = store([...foreign, rawKey(own)], [parsedKey(first ?? ''), parsedKey(own)]);
    let asked = 0;
    const goOn = () => ++asked <= 2;
    expect(await collect(mailOutcomes(objects, BUCKETS, ALWAYS, { goOn }))).toEqual({
      [first ?? '']: 'parsed',
      [second ?? '']: null,
      [own]: 'parsed',
    });
  });

  it('ignores objects that are not mails', async () => {
    const objects = store(
      ['raw/notes.txt', 'raw/2026/11/16/08/x.tmp', 'ses/AMAZON_SES_SETUP_NOTIFICATION'],
      ['parsed/x.json'],
    );
    expect(await collect(mailOutcomes(objects, BUCKETS, ALWAYS))).toEqual({});
  });
});

let counter = 0;
/** Unlike minted ids, these may go backwards in time. */
function idAt(time: number): string {
  counter += 1;
  return listedIdAt(time, counter);
}
