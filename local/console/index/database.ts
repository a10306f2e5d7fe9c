import sqlite from 'node-sqlite3-wasm';
import { mailIdTime } from '../../../core/mail/id.ts';
import type { MailRow } from '../api/api.ts';
import { type IndexEntry, WORD_FIELDS } from './entry.ts';
import { column, EVERY_MAIL, facetToken, matchExpression, type Narrowing, segmented } from './expression.ts';
import { facetsOf } from './facets.ts';

/** Mails per millisecond that keep their order. */
const SLOTS = 2_048;
/**
 * Maximum bytes of the index; then the oldest mails are dropped. Room for 120,000 mails of 200 words (bench
 * console-index).
 */
const MAX_BYTES = 512 * 1024 * 1024;
/** Mails dropped at a time, so that the size need not be checked for each one. */
const LEAVING = 1_000;
const CHECK_EVERY = 500;
const PAGE_BYTES = 4_096;

export interface IndexQuery extends Narrowing {
  /** Milliseconds since 1970; null for no bound. */
  since: number | null;
  until: number | null;
  /** Only mails older than the one with this id. */
  before: string | null;
  limit: number;
}

/**
 * The console's in-memory index: SQLite with its full-text search, FTS5. Rows are numbered by time, so that lists and
 * search results are read newest first, and a page costs the same however many mails there are.
 */
export class IndexDatabase {
  readonly #database = new sqlite.Database();
  readonly #maxBytes: number;
  readonly #counts = new Map<string, number>();
  readonly #select;
  readonly #insertRow;
  readonly #insertWords;
  #mails = 0;
  #puts = 0;
  /** Time before which mails have been dropped. */
  #since: number | null = null;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
    const words = WORD_FIELDS.map(column).join(', ');
    this.#database.exec(`
      PRAGMA journal_mode = OFF; PRAGMA temp_store = MEMORY; PRAGMA page_size = ${PAGE_BYTES};
      CREATE TABLE mail (place INTEGER PRIMARY KEY, id TEXT UNIQUE, thread TEXT, row TEXT);
      CREATE INDEX mail_thread ON mail (thread, place) WHERE thread IS NOT NULL;
      CREATE VIRTUAL TABLE found USING fts5 (${words}, facet, content = '', contentless_delete = 1,
        tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
    `);
    this.#select = this.#database.prepare('SELECT place, row FROM mail WHERE id = ?');
    this.#insertRow = this.#database.prepare(
      'INSERT OR REPLACE INTO mail (place, id, thread, row) VALUES (?, ?, ?, ?)',
    );
    this.#insertWords = this.#database.prepare(
      `INSERT OR REPLACE INTO found (rowid, ${words}, facet) VALUES (?, ${WORD_FIELDS.map(() => '?').join(', ')}, ?)`,
    );
  }

  get mails(): number {
    return this.#mails;
  }

  /** Milliseconds since 1970; null while nothing has been dropped. */
  get since(): number | null {
    return this.#since;
  }

  get bytes(): number {
    return (this.#number('PRAGMA page_count') - this.#number('PRAGMA freelist_count')) * PAGE_BYTES;
  }

  /** Number of mails per facet, such as `kind=bounce`. */
  get facets(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Adding several at once is cheaper than one after the other. */
  put(entries: readonly IndexEntry[]): void {
    this.#database.exec('BEGIN');
    for (const entry of entries) this.#put(entry);
    this.#database.exec('COMMIT');
    this.#puts += entries.length;
    if (this.#puts < CHECK_EVERY) return;
    this.#puts = 0;
    while (this.bytes > this.#maxBytes && this.#mails > LEAVING) this.#dropOldest();
  }

  remove(id: string): void {
    const known = this.#find(id);
    if (known !== null) this.#drop(known.place, known.row);
  }

  /** Newest first. */
  page(query: IndexQuery): { rows: MailRow[]; older: string | null } {
    const { since, until, before, limit } = query;
    const from = since === null ? 0 : since * SLOTS;
    const end = until === null ? Number.MAX_SAFE_INTEGER : until * SLOTS;
    const behind = Math.min(end, before === null ? end : this.#placeOf(before));
    const match = matchExpression(query);
    const found =
      match === null
        ? this.#database.all('SELECT row FROM mail WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT ?', [
            from,
            behind,
            limit + 1,
          ])
        : this.#database.all(
            `SELECT row FROM found JOIN mail ON mail.place = found.rowid
             WHERE found MATCH ? AND found.rowid >= ? AND found.rowid < ? ORDER BY found.rowid DESC LIMIT ?`,
            [match, from, behind, limit + 1],
          );
    const rows = found.slice(0, limit).map(({ row }) => decodeRow(row));
    return { rows, older: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
  }

  row(id: string): MailRow | null {
    return this.#find(id)?.row ?? null;
  }

  /** Mails of a conversation, oldest first. */
  thread(threadId: string, limit: number): MailRow[] {
    const sql = 'SELECT row FROM mail WHERE thread = ? ORDER BY place LIMIT ?';
    return this.#database.all(sql, [threadId, limit]).map(({ row }) => decodeRow(row));
  }

  close(): void {
    for (const statement of [this.#select, this.#insertRow, this.#insertWords]) statement.finalize();
    this.#database.close();
  }

  #put({ id, time, row, threadId, words }: IndexEntry): void {
    const known = this.#find(id);
    const place = known?.place ?? this.#freePlace(time);
    const facets = facetsOf(row);
    this.#insertRow.run([place, id, threadId, JSON.stringify(row)]);
    const tokens = [...facets, EVERY_MAIL].map(facetToken).join(' ');
    this.#insertWords.run([place, ...WORD_FIELDS.map((field) => segmented(words[field])), tokens]);
    if (known === null) this.#mails += 1;
    else this.#count(known.row, -1);
    this.#count(row, 1);
  }

  #drop(place: number, row: MailRow): void {
    this.#database.run('DELETE FROM found WHERE rowid = ?', [place]);
    this.#database.run('DELETE FROM mail WHERE place = ?', [place]);
    this.#mails -= 1;
    this.#count(row, -1);
  }

  #dropOldest(): void {
    const oldest = this.#database.all('SELECT place, row FROM mail ORDER BY place LIMIT ?', [LEAVING]);
    this.#database.exec('BEGIN');
    for (const { place, row } of oldest) this.#drop(Number(place), decodeRow(row));
    this.#database.exec('COMMIT');
    // FTS5 only marks deleted rows until their segments are merged.
    this.#database.exec("INSERT INTO found (found, rank) VALUES ('merge', 500)");
    this.#since = Math.floor(this.#number('SELECT min(place) FROM mail') / SLOTS);
  }

  #count(row: MailRow, by: 1 | -1): void {
    for (const facet of facetsOf(row)) {
      const count = (this.#counts.get(facet) ?? 0) + by;
      if (count === 0) this.#counts.delete(facet);
      else this.#counts.set(facet, count);
    }
  }

  #find(id: string): { place: number; row: MailRow } | null {
    const found = this.#select.get([id]);
    return found && { place: Number(found['place']), row: decodeRow(found['row']) };
  }

  /** Approximate position of a mail that is gone, to within the mails of the same millisecond. */
  #placeOf(id: string): number {
    return this.#find(id)?.place ?? mailIdTime(id).getTime() * SLOTS;
  }

  /** After the mails of the same millisecond; if there are too many, in a later millisecond. */
  #freePlace(time: number): number {
    for (let at = time; ; at++) {
      const last = this.#number(
        `SELECT max(place) FROM mail WHERE place >= ${at * SLOTS} AND place < ${(at + 1) * SLOTS}`,
      );
      if (last === 0) return at * SLOTS;
      if (last + 1 < (at + 1) * SLOTS) return last + 1;
    }
  }

  /** The single number a query returns; 0 for null. */
  #number(sql: string): number {
    return Number(Object.values(this.#database.get(sql) ?? {})[0] ?? 0);
  }
}

/** No validation: only `put` writes rows. */
function decodeRow(json: unknown): MailRow {
  return JSON.parse(String(json));
}
