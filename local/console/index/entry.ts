import { allAttachments } from '../../../core/mail/attachments.ts';
import { mailIdTime } from '../../../core/mail/id.ts';
import type { ParsedMail } from '../../../core/mail/parsed-mail.ts';
import type { FailedMail } from '../../../core/outcome/failures.ts';
import type { MailRow } from '../api/api.ts';
import type { MailRecord } from '../mail/record.ts';
import { senderLevel } from '../mail/sender.ts';

/** The index entry of one mail. */
export interface IndexEntry {
  id: string;
  /** Milliseconds since 1970; the list is sorted by it. */
  time: number;
  row: MailRow;
  threadId: string | null;
  words: Readonly<Record<(typeof WORD_FIELDS)[number], string>>;
}

/** Searchable fields, by their prefix in a query. */
export const WORD_FIELDS = ['from', 'to', 'subject', 'text', 'file'] as const;

/** Characters of a mail's text that are searchable. */
const SEARCHED_TEXT = 8_000;
const SEARCHED_HTML = 64_000;
const SEARCHED_ADDRESSES = 200;
const SEARCHED_FILES = 200;
const SUBJECT = 300;
const SNIPPET = 160;
const FILENAME = 200;
const ADDRESS = 320;
const SHOWN_RECIPIENTS = 5;
const SHOWN_ATTACHMENTS = 5;

/** Name of the parsed-mail queue among routes. */
export const DEFAULT_ROUTE = 'default';

/** Bounded in size, whatever a mail contains. */
export function indexEntry(record: MailRecord): IndexEntry {
  const { id, document } = record;
  const row = document === null ? rowWithoutDocument(record) : rowOf(document, record);
  const at = mailIdTime(id).getTime();
  // A failure of an event that names no mail has an id without a time.
  const time = at === 0 ? Date.parse(row.receivedAt) : at;
  return { id, time, row, threadId: document?.threadId ?? null, words: wordsOf(document, row) };
}

function rowOf(mail: ParsedMail, record: MailRecord): MailRow {
  const recipients = mail.envelope?.rcptTo ?? mail.to.map(({ address }) => address);
  const [author] = mail.from;
  const attachments = mail.attachments.filter(({ related }) => !related);
  const text = textOf(mail);
  return {
    ...outcomeOf(record),
    id: mail.id,
    receivedAt: mail.receivedAt,
    from: author === undefined ? null : { name: cut(author.name, SUBJECT), address: cut(author.address, ADDRESS) },
    to: recipients.slice(0, SHOWN_RECIPIENTS).map((address) => cut(address, ADDRESS)),
    recipients: recipients.length,
    subject: mail.subject && cut(mail.subject, SUBJECT),
    snippet: cut(
      text
        .slice(0, 4 * SNIPPET)
        .replace(/\s+/g, ' ')
        .trim(),
      SNIPPET,
    ),
    kind: mail.kind,
    routes: mail.routes.map(({ name }) => name ?? DEFAULT_ROUTE),
    sender: senderLevel(mail),
    malware: mail.enrichment.malware?.verdict ?? null,
    defects: [...new Set(mail.defects.map(({ code }) => code))],
    ambiguous: mail.ambiguous,
    attachments: attachments.slice(0, SHOWN_ATTACHMENTS).map(({ partId, filename, contentType, size }) => ({
      partId,
      filename: filename && cut(filename, FILENAME),
      contentType: cut(contentType, FILENAME),
      size,
    })),
    attachmentCount: attachments.length,
    size: mail.raw.size,
    invoice: mail.enrichment.ocr?.documents.some(({ invoice }) => invoice !== null) ?? false,
    duplicateOf: mail.duplicateOf,
    revision: mail.revision,
  };
}

function rowWithoutDocument(record: MailRecord): MailRow {
  const { id, raw, envelope, failures } = record;
  const at = mailIdTime(id);
  const recipients = envelope?.rcptTo ?? [];
  return {
    ...outcomeOf(record),
    id,
    receivedAt: at.getTime() === 0 ? (failures[0]?.at ?? at.toISOString()) : at.toISOString(),
    from: envelope && { name: '', address: cut(envelope.mailFrom, ADDRESS) },
    to: recipients.slice(0, SHOWN_RECIPIENTS).map((address) => cut(address, ADDRESS)),
    recipients: recipients.length,
    subject: null,
    snippet: '',
    kind: 'message',
    routes: [],
    sender: 'unknown',
    malware: null,
    defects: [],
    ambiguous: false,
    attachments: [],
    attachmentCount: 0,
    size: raw?.size ?? null,
    invoice: false,
    duplicateOf: null,
    revision: failures[0]?.revision ?? 1,
  };
}

/** A mail whose document cannot be read counts as failed: nothing shows that it was delivered. */
function outcomeOf(record: MailRecord): Pick<MailRow, 'state' | 'failure'> {
  const failure = standingFailures(record)[0];
  if (failure !== undefined) {
    return { state: 'failed', failure: { reason: failure.reason, destination: failure.destination } };
  }
  if (record.document !== null) return { state: 'parsed', failure: null };
  return { state: 'failed', failure: { reason: 'document.unreadable', destination: null } };
}

/** Failures of the whole mail first. Ignores destinations that got the mail after all. */
export function standingFailures({ failures, deliveries }: MailRecord): FailedMail[] {
  const sent = new Set(deliveries.filter(({ state }) => state === 'sent').map(({ destination }) => destination));
  const whole = failures.filter(({ destination }) => destination === null);
  return [...whole, ...failures.filter(({ destination }) => destination !== null && !sent.has(destination))];
}

function wordsOf(mail: ParsedMail | null, row: MailRow): IndexEntry['words'] {
  const { envelope = null, from = [], to = [], cc = [] } = mail ?? {};
  const names = (list: ParsedMail['to']) => list.map(({ name, address }) => `${name} ${address}`);
  return {
    from: joined([...names(from), envelope?.mailFrom ?? row.from?.address ?? '']),
    to: joined([...(envelope?.rcptTo ?? row.to), ...names(to), ...names(cc)]),
    subject: row.subject ?? '',
    text: mail === null ? '' : textOf(mail),
    file: allAttachments(mail?.attachments ?? [])
      .slice(0, SEARCHED_FILES)
      .map(({ filename }) => cut(filename ?? '', FILENAME))
      .join('\n'),
  };
}

const joined = (addresses: readonly string[]): string =>
  addresses
    .slice(0, SEARCHED_ADDRESSES)
    .map((each) => cut(each, ADDRESS))
    .join('\n');

const textOf = ({ text, html }: ParsedMail): string =>
  cut(text ?? withoutTags((html ?? '').slice(0, SEARCHED_HTML)), SEARCHED_TEXT);

/** Only for extracting words; the result is never shown as HTML. Linear: a tag also ends at the next `<`. */
const withoutTags = (html: string): string =>
  html
    .replace(/<(style|script)\b[^<]*/gi, '<')
    .replace(/<[^<>]*>?/g, ' ')
    .replace(/&(?:nbsp|#160);/g, ' ');

/** Truncates without splitting a surrogate pair. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
