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

const MAILS = 100_000;
const WORDS = 200;
const VOCABULARY = 60_000;
const START = Date.UTC(2026, 10, 1);
/** Answers of each query: enough for a 99th percentile. */
const RUNS = 100;
const PAGE = 50;
const MB = 1_000_000;

/** Queries by description. They depend on the run, so that no two runs search for the same. */
const QUERIES: Readonly<Record<string, (run: number) => Partial<IndexQuery>>> = {
  'the newest page': () => ({}),
  'a page from anywhere': (run) => ({ until: START + (run / RUNS) * MAILS * 1_000 }),
  'a word of every mail': (run) => ({ search: `w${run % 4}` }),
  'a word of few mails': (run) => ({ search: `w${40_000 + run}` }),
  'two words': (run) => ({ search: `w${3 + (run % 5)} w${5_000 + run}` }),
  'a word that is being typed': (run) => ({ search: `w${10 + run}`.slice(0, 2 + (run % 3)) }),
  'a phrase': (run) => ({ search: `"${TEXTS[run]?.split(' ').slice(0, 3).join(' ')}"` }),
  'a filter that few mails fit': (run) => ({
    facets: { kind: ['bounce'] },
    until: START + (run / RUNS) * MAILS * 1_000,
  }),
  'a filter and a word': (run) => ({ facets: { kind: ['bounce'] }, search: `w${run % 10}` }),
};

/** Measures the console's index: reading all documents of a store once, and answering queries. */
export async function consoleIndex(): Promise<Result> {
  const index = new IndexDatabase();
  const store = syntheticStore(MAILS);
  const before = process.memoryUsage().rss;
  let read = 0;
  const follower = new Follower({
    store,
    buckets: { raw: 'raw', content: 'content' },
    since: null,
    index,
    onStored: () => {},
    onMail: () => {
      read += 1;
      if (read % (MAILS / 10) === 0) process.stderr.write(`  ${read.toLocaleString('en')} mails read\n`);
    },
    log: quietLog(),
  });
  const { ms } = await cpuTimed(() => follower.build());
  const built = {
    'CPU s': ms / 1_000,
    'index MB': index.bytes / MB,
    'index KB a mail': index.bytes / 1_000 / index.mails,
    'process MB more': (process.memoryUsage().rss - before) / MB,
    mails: index.mails,
  };
  const rows: Row[] = [{ case: `${MAILS.toLocaleString('en')} mails: read and index`, figures: built }];
  for (const [what, query] of Object.entries(QUERIES)) {
    process.stderr.write(`  ${what}\n`);
    rows.push({ case: what, figures: await answers(index, query) });
  }
  index.close();
  return {
    name: 'console-index',
    measured: `documents with ${WORDS} words of text (1.2 KB) out of ${VOCABULARY}, frequent ones first, made, read and indexed; then processor time of ${RUNS} answers of ${PAGE} mails each. The store is in memory.`,
    rows,
  };
}

async function answers(index: IndexDatabase, query: (run: number) => Partial<IndexQuery>): Promise<Row['figures']> {
  const all = { search: '', facets: {}, since: null, until: null, before: null, limit: PAGE };
  const times: number[] = [];
  let bytes = 0;
  let mails = 0;
  for (let run = 0; run < RUNS; run++) {
    const { ms, result } = await cpuTimed(() => index.page({ ...all, ...query(run) }));
    times.push(ms);
    bytes += Buffer.byteLength(JSON.stringify(result));
    mails += result.rows.length;
  }
  times.sort((a, b) => a - b);
  return {
    'CPU ms p50': times[RUNS / 2 - 1] ?? Number.NaN,
    'CPU ms p99': times[(RUNS * 99) / 100 - 1] ?? Number.NaN,
    'mails found': mails / RUNS,
    'KB a page': bytes / RUNS / 1_000,
  };
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
/** Generated once, because generating a text takes longer than indexing it. */
const TEXTS = Array.from({ length: 1_000 }, () => words(WORDS));

function syntheticMail(id: string, at: number) {
  const text = TEXTS[at % TEXTS.length] ?? '';
  return parsedMail({ id, subject: words(7), text, kind: at % 100 === 0 ? 'bounce' : 'message' });
}
