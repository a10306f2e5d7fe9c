import type { MimeLimits } from '../mail/limits.ts';
import type { MailContent } from '../mail/parsed-mail.ts';
import { type AddressList, parseAddresses } from './header/addresses.ts';
import { parseDate } from './header/dates.ts';
import type { ReportDefect } from './header/filename.ts';
import { allValues, firstValue, type RawField } from './header/header-block.ts';
import { displayText, isGuessed, withoutControls } from './header/header-text.ts';
import { parseMessageIds } from './header/message-ids.ts';

/** What the header of a message (RFC 5322 §3.6) says. */
export type MailHeader = Pick<
  MailContent,
  | 'messageId'
  | 'inReplyTo'
  | 'references'
  | 'date'
  | 'subject'
  | 'from'
  | 'sender'
  | 'replyTo'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'headers'
>;

export interface HeaderContext {
  /** Charset that raw 8-bit bytes are tried with, when they are not UTF-8. */
  hint: string | null;
  limits: MimeLimits;
  report: ReportDefect;
}

/** Fields that occur at most once (RFC 5322 §3.6). */
const SINGLE: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'date',
]);

/** Of a field that should occur once the first counts; only recipients of several fields are all taken. */
export function readMailHeader(fields: readonly RawField[], context: HeaderContext): MailHeader {
  reportDuplicates(fields, context.report);
  const headers = fields.map(({ name, value }) => ({ name, value: decoded(value, context) }));
  const text = (key: string) => headers[fields.findIndex((field) => field.key === key)]?.value ?? null;
  const one = (key: string) => addresses(firstValue(fields, key) ?? '', key, context);
  const all = (key: string) => addresses(allValues(fields, key).join(', '), key, context);
  return {
    messageId: parseMessageIds(text('message-id') ?? '')[0] ?? null,
    inReplyTo: parseMessageIds(text('in-reply-to') ?? ''),
    references: parseMessageIds(text('references') ?? ''),
    date: date(firstValue(fields, 'date'), context.report),
    subject: text('subject'),
    from: one('from'),
    sender: one('sender')[0] ?? null,
    replyTo: all('reply-to'),
    to: all('to'),
    cc: all('cc'),
    bcc: all('bcc'),
    headers,
  };
}

function reportDuplicates(fields: readonly RawField[], report: ReportDefect): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { key } of fields) {
    if (!SINGLE.has(key)) continue;
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  if (repeated.size > 0) report('header.duplicate', [...repeated].join(', '));
  // Who a mail is from is what most is built upon.
  if (repeated.has('from')) report('mime.ambiguous', 'header.duplicate: from');
}

function decoded(raw: string, { hint, report }: HeaderContext): string {
  if (isGuessed(raw)) report('header.charset', hint ?? 'windows-1252');
  const text = displayText(raw, hint);
  const safe = withoutControls(text);
  if (safe !== text) report('header.control', JSON.stringify(safe.slice(0, 80)));
  return safe;
}

function addresses(raw: string, key: string, { hint, limits, report }: HeaderContext): AddressList['addresses'] {
  if (raw === '') return [];
  const list = parseAddresses(raw, hint, limits.addresses);
  if (list.tooMany) report('address.too_many', key);
  if (list.invalid[0] !== undefined) report('address.invalid', `${key}: ${list.invalid[0].slice(0, 80)}`);
  return list.addresses;
}

function date(value: string | null, report: ReportDefect): string | null {
  if (value === null) return null;
  const parsed = parseDate(value);
  if (parsed === null) report('header.date_invalid', JSON.stringify(value.slice(0, 80)));
  return parsed;
}
