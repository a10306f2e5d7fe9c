import { Readable } from 'node:stream';
import { firstMailIdAt } from '../core/mail/id.ts';
import { mailIdOfOutcomeKey, parsedKey } from '../core/mail/keys.ts';
import { IndexDatabase, type IndexQuery } from '../local/console/index/database.ts';
import { Follower } from '../local/console/live/follower.ts';
import type { ReadStore } from '../local/console/mail/record.ts';
import { cpuTimed } from '../test/support/cpu-time.ts';
import { parsedMail } from '../test/support/parsed-mail.ts';
import { quietLog } from '../test/support/quiet-log.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import type { Result, Row } from './report.ts';

const SIZES = [10_000, 100_000];
const WORDS = 200;
const VOCABULARY = 60_000;
const START = Date.UTC(2026, 10, 1);
const RUNS = 20;
const MB = 1024 * 1024;

const QUERIES: Readonly<Record<string, Partial<IndexQuery>>> = {
  'the newest page': {},
  'a word of every mail': { search: 'w0' },
  'a word of few mails': { search: 'w40000' },
  'two words': { search: 'w3 w5000' },
  'the beginning of many words': { search: 'w1' },
  'a filter that few mails fit': { facets: { kind: ['bounce'] } },
  'a filter and a word': { facets: { kind: ['bounce'] }, search: 'w2' },
};

/** What the console does with the documents of a store: reads them once, and answers from its index. */
export async function consoleIndex(): Promise<Result> {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(...(await measured(size)));
  return {
    name: 'console-index',
    measured: `documents with ${WORDS} words of text out of ${VOCABULARY}, frequent ones first, read and indexed; then processor time of an answer of 50 mails, the mean of ${RUNS}. The store is in memory and not counted.`,
    rows,
  };
}

async function measured(size: number): Promise<Row[]> {
  const index = new IndexDatabase();
  const store = syntheticStore(size);
  const before = process.memoryUsage().heapUsed;
  const ignored = () => {};
  const follower = new Follower({
    store,
    buckets: { raw: 'raw', content: 'content' },
    since: null,
    index,
    onStored: ignored,
    onMail: ignored,
    log: quietLog(),
  });
  const { ms } = await cpuTimed(() => follower.build());
  const name = `${size.toLocaleString('en')} mails`;
  const built = {
    'CPU ms a mail': ms / size,
    'index MB': index.bytes / MB,
    'heap MB more': (process.memoryUsage().heapUsed - before) / MB,
  };
  const rows: Row[] = [{ case: `${name}: read and index`, figures: built }];
  for (const [what, query] of Object.entries(QUERIES)) {
    const all = { search: '', facets: {}, since: null, until: null, before: null, limit: 50, ...query };
    const answer = await cpuTimed(() => {
      for (let run = 0; run < RUNS; run++) index.page(all);
    });
    const middle = await cpuTimed(() => {
      const until = START + (size * 1_000) / 2;
      for (let run = 0; run < RUNS; run++) index.page({ ...all, until });
    });
    rows.push({
      case: `${name}: ${what}`,
      figures: { 'CPU ms': answer.ms / RUNS, 'from the middle, CPU ms': middle.ms / RUNS },
    });
  }
  index.close();
  return rows;
}

/** Documents are made when they are read. */
function syntheticStore(size: number): ReadStore {
  const id = (at: number) => firstMailIdAt(new Date(START + at * 1_000));
  const places = new Map(Array.from({ length: size }, (_, at) => [id(at), at]));
  return {
    async *list(_bucket, { prefix } = {}) {
      if (prefix !== 'parsed/') return;
      for (const each of places.keys()) yield { key: parsedKey(each), size: 0, lastModified: new Date(START) };
    },
    head: async () => null,
    get: async ({ key }) => {
      const each = mailIdOfOutcomeKey(key) ?? '';
      const body = Readable.from([Buffer.from(JSON.stringify(syntheticMail(each, places.get(each) ?? 0)))]);
      const head = {
        size: 0,
        lastModified: new Date(START),
        etag: '',
        contentType: null,
        metadata: {},
        versionId: null,
      };
      return { ...head, body };
    },
  };
}

const random = seededRandom(7);
// Zipf's law, roughly: the n-th word is as frequent as 1/n.
const word = () => `w${Math.floor(Math.exp(random() * Math.log(VOCABULARY)) - 1)}`;
const words = (count: number) => Array.from({ length: count }, word).join(' ');
/** Made once: to make one for each mail would take longer than to index it. */
const TEXTS = Array.from({ length: 1_000 }, () => words(WORDS));

function syntheticMail(id: string, at: number) {
  const text = TEXTS[at % TEXTS.length] ?? '';
  return parsedMail({ id, subject: words(7), text, kind: at % 100 === 0 ? 'bounce' : 'message' });
}
