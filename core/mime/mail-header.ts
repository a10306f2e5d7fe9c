import type { MimeLimits } from '../mail/limits.ts';
import type { Address, Header, MailContent } from '../mail/parsed-mail.ts';
import { UNIQUE_FIELDS } from '../mail/unique-fields.ts';
import { READ_BOTH_WAYS } from './ambiguity.ts';
import { parseAddresses } from './header/addresses.ts';
import { readAuthor } from './header/author.ts';
import { parseDate } from './header/dates.ts';
import type { ReportDefect } from './header/filename.ts';
import { displayText, isGuessed, oneLine } from './header/header-text.ts';
import { parseMessageIds } from './header/message-ids.ts';
import type { RawField } from './scan/header-lines.ts';

/** What the header of a message (RFC 5322 §3.6) contains. */
export type MailHeader = ReturnType<typeof readMailHeader>;

export interface HeaderContext {
  /** Whether the header has neither 8-bit bytes nor NUL nor escape sequences. */
  plain: boolean;
  /** Charset to try for 8-bit bytes that are not UTF-8. */
  hint: string | null;
  limits: MimeLimits;
  report: ReportDefect;
}

/** Of several fields the first readable one counts; recipients are collected from all. */
const STRUCTURED: ReadonlySet<string> = new Set(UNIQUE_FIELDS);

export function readMailHeader(fields: readonly RawField[], context: HeaderContext) {
  const headers: Header[] = [];
  const known = new KnownFields();
  for (const { name, key, value } of fields) {
    const text = decoded(value, context);
    headers.push({ name, value: text });
    if (STRUCTURED.has(key)) known.add(key, value, text);
  }
  known.reportRepeated(context.report);
  const addresses = (key: string, raw: string | undefined) => readAddresses(raw, key, context);
  return {
    messageId: firstRead(known.texts('message-id'), (text) => parseMessageIds(text)[0] ?? null),
    inReplyTo: parseMessageIds(known.text('in-reply-to')),
    references: parseMessageIds(known.text('references')),
    date: firstRead(known.texts('date'), (text) => readDate(text, context.report)),
    subject: known.has('subject') ? known.text('subject') : null,
    from: readFrom(fields, context),
    sender: addresses('sender', known.first('sender'))[0] ?? null,
    replyTo: addresses('reply-to', known.all('reply-to')),
    to: addresses('to', known.all('to')),
    cc: addresses('cc', known.all('cc')),
    bcc: addresses('bcc', known.all('bcc')),
    headers,
  } satisfies Partial<MailContent>;
}

/** The fields that are interpreted, raw and decoded. */
class KnownFields {
  readonly #fields = new Map<string, { raw: string; texts: string[]; all: string }>();
  readonly #repeated: string[] = [];

  add(key: string, raw: string, text: string): void {
    const earlier = this.#fields.get(key);
    if (earlier === undefined) {
      this.#fields.set(key, { raw, texts: [text], all: raw });
      return;
    }
    earlier.all += `, ${raw}`;
    earlier.texts.push(text);
    if (!this.#repeated.includes(key)) this.#repeated.push(key);
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  text(key: string): string {
    return this.texts(key)[0] ?? '';
  }

  texts(key: string): readonly string[] {
    return this.#fields.get(key)?.texts ?? [];
  }

  first(key: string): string | undefined {
    return this.#fields.get(key)?.raw;
  }

  all(key: string): string | undefined {
    return this.#fields.get(key)?.all;
  }

  reportRepeated(report: ReportDefect): void {
    if (this.#repeated.length === 0) return;
    const names = this.#repeated.join(', ');
    report('header.duplicate', names);
    // We show the first, other readers the last; and a signature covers the last (RFC 6376 §5.4.2).
    report('mime.ambiguous', `header.duplicate: ${names}`);
  }
}

/** The addresses of the first From field, after checking whether they name one author. */
function readFrom(fields: readonly RawField[], context: HeaderContext): Address[] {
  const authors = fields.filter(({ key }) => key === 'from').map(({ value }) => value);
  const addresses = readAddresses(authors[0], 'from', context);
  const { author, invalid, ambiguous } = readAuthor(authors);
  const value = JSON.stringify(authors[0]?.trim().slice(0, 80));
  if (author === 'unclear' && addresses.length === 1) context.report('address.author_unclear', value);
  if (invalid) context.report('address.invalid', `from: ${value}`);
  if (ambiguous) context.report('mime.ambiguous', `readers find different authors in ${value}`);
  return addresses;
}

function decoded(raw: string, { plain, hint, report }: HeaderContext): string {
  if (!plain && isGuessed(raw)) report('header.charset', hint ?? 'windows-1252');
  if (plain && !raw.includes('=?') && !raw.includes('\t') && !raw.includes('\r')) return raw.trim();
  if (raw.includes('\r')) report('mime.ambiguous', READ_BOTH_WAYS.bare_return);
  const text = displayText(raw, hint, () => report('header.charset', 'in an encoded word'));
  const safe = oneLine(text);
  if (safe.length !== text.length) report('header.control', JSON.stringify(safe.slice(0, 80)));
  return safe;
}

function readAddresses(raw: string | undefined, key: string, { hint, limits, report }: HeaderContext): Address[] {
  if (raw === undefined) return [];
  const list = parseAddresses(raw, hint, limits.addresses);
  if (list.tooMany) report('address.too_many', key);
  if (list.invalid[0] !== undefined) report('address.invalid', `${key}: ${list.invalid[0].slice(0, 80)}`);
  return list.addresses;
}

/** The first readable one of several fields: one without a value does not count. */
function firstRead<T>(texts: readonly string[], read: (text: string) => T | null): T | null {
  for (const text of texts) {
    const value = read(text);
    if (value !== null) return value;
  }
  return null;
}

function readDate(text: string, report: ReportDefect): string | null {
  const date = parseDate(text.trim());
  if (date === null) report('header.date_invalid', JSON.stringify(text.trim().slice(0, 80)));
  return date;
}
