import { afterEach, describe, expect, it } from 'vitest';
import { firstMailIdAt } from '../../../core/mail/id.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import { IndexDatabase, type IndexQuery } from '../../../local/console/index/database.ts';
import { indexEntry } from '../../../local/console/index/entry.ts';
import { attachment, parsedMail } from '../../support/parsed-mail.ts';

const START = Date.UTC(2026, 10, 22, 10);

let index = new IndexDatabase();
let made = 0;
afterEach(() => {
  index.close();
  index = new IndexDatabase();
});

function put(overrides: Partial<ParsedMail> = {}, at = START): string {
  made += 1;
  const id = firstMailIdAt(new Date(at)).slice(0, -5) + String(made).padStart(5, '0');
  const document = parsedMail({ id, ...overrides });
  const rest = { documentAt: new Date(at), failures: [], deliveries: [], raw: null, envelope: document.envelope };
  index.put([indexEntry({ id: document.id, document, ...rest })]);
  return document.id;
}

const ALL: IndexQuery = { search: '', facets: {}, since: null, until: null, before: null, limit: 50 };
const ids = (query: Partial<IndexQuery>) => index.page({ ...ALL, ...query }).rows.map(({ id }) => id);
const found = (search: string) => ids({ search });

describe('the list', () => {
  it('pages through every mail once, newest first, even within one millisecond', () => {
    const all = Array.from({ length: 25 }, (_, at) => put({}, START + Math.floor(at / 10)));
    const seen: string[] = [];
    for (let before: string | null = null; ; ) {
      const { rows, older } = index.page({ ...ALL, before, limit: 7 });
      seen.push(...rows.map(({ id }) => id));
      if (older === null) break;
      before = older;
    }
    expect(seen).toEqual(all.reverse());
  });

  it('keeps its position when a mail is inserted or removed', () => {
    const [first = '', second = '', third = ''] = [START, START + 10, START + 20].map((at) => put({}, at));
    const between = put({}, START + 15);
    expect(ids({})).toEqual([third, between, second, first]);
    index.remove(second);
    expect(ids({ before: second })).toEqual([first]);
    expect(index.mails).toBe(3);
  });

  it('can be limited to a time window', () => {
    const [first = '', second = '', third = ''] = [START, START + 1_000, START + 2_000].map((at) => put({}, at));
    expect(ids({ since: START + 1_000 })).toEqual([third, second]);
    expect(ids({ until: START + 2_000 })).toEqual([second, first]);
  });

  it('drops the oldest mails when full, and reports the start of its range', () => {
    index.close();
    index = new IndexDatabase(1_000_000);
    const text = 'one two three four five six seven eight nine ten '.repeat(10);
    const all = Array.from({ length: 4_000 }, (_, at) => put({ text: `${text}${at}` }, START + at));
    expect(index.mails).toBeLessThan(4_000);
    expect(ids({ limit: 200 })).toEqual(all.slice(-200).reverse());
    expect(index.since).toBeGreaterThan(START);
    expect(found('0')).toEqual([]);
  });
});

describe('a search', () => {
  it.each([
    ['the beginning of a word of the text', 'twel'],
    ['a word of the subject, without its accents and in any case', 'ZWOLF'],
    ['an address', 'jane@example.org'],
    ['a part of an address', 'jane'],
    ['an envelope recipient that no field names', 'hidden@example.com'],
    ['a file name', 'Quarterly.pdf'],
    ['all words wherever they are', 'jane kisten quarterly'],
    ['a phrase', '"twelve please"'],
    ['a word of one field', 'file:quarterly from:jane'],
    ['what is left out', 'kisten -absent'],
    ['only what is left out', '-absent'],
    ['words of a language without blanks', '株式会社'],
    ['a single letter that is a word', 'q'],
  ])('finds %s', (_what, search) => {
    const id = put({
      attachments: [attachment({ filename: 'quarterly.pdf' })],
      text: 'Twelve, please. Q\n東京の株式会社です。',
    });
    expect(found(search)).toEqual([id]);
  });

  it.each(['absent', 'kisten absent', '"please twelve"', 'subject:jane', '-kisten', 'welve', '???', 'facet:failed'])(
    'does not find a mail by %s',
    (search) => {
      put();
      expect(found(search)).toEqual(search === '???' ? ids({}) : []);
    },
  );

  it.each([
    '"',
    '""',
    '"*',
    'a"b',
    "'; DROP TABLE mail; --",
    'NEAR(a b)',
    'x OR y',
    '{a} : b',
    'from:',
    '-',
    '\0',
    '\ud800',
  ])('treats %j as words, whatever they mean to SQLite', (search) => {
    put();
    expect(() => found(search)).not.toThrow();
    expect(ids({})).toHaveLength(1);
  });

  it('finds the words of the current revision only', () => {
    const id = put({ subject: 'before' });
    put({ id, subject: 'after', revision: 2 });
    expect([found('before'), found('after')]).toEqual([[], [id]]);
    expect(index.mails).toBe(1);
  });

  it('finds words of HTML without text, but not its tags', () => {
    const html = `<style>p{color:red}</style><p class="wrapper">Hello <b>world</b>${'<'.repeat(60_000)}`;
    const id = put({ text: null, html });
    expect([found('world'), found('wrapper'), found('color')]).toEqual([[id], [], []]);
  });
});

describe('filters', () => {
  it('match any of several values', () => {
    const bounce = put({ kind: 'bounce' }, START);
    const list = put({ kind: 'list', defects: [{ code: 'body.nul', partId: null, detail: '' }] }, START + 1);
    const message = put({ routes: [{ name: 'orders', recipients: [] }] }, START + 2);
    expect(ids({ facets: { kind: ['bounce', 'list'] } })).toEqual([list, bounce]);
    expect(ids({ facets: { defect: ['any'] } })).toEqual([list]);
    expect(ids({ facets: { defect: ['body.nul'], kind: ['bounce'] } })).toEqual([]);
    expect(ids({ facets: { route: ['orders'] } })).toEqual([message]);
    expect(ids({ facets: { route: ['default'] }, search: 'zwölf' })).toEqual([list, bounce]);
    expect(ids({ facets: { failed: ['true'] } })).toEqual([]);
    expect(index.facets.get('kind=bounce')).toBe(1);
    put({ id: bounce, kind: 'message' }, START);
    expect(index.facets.get('kind=bounce')).toBeUndefined();
  });
});
