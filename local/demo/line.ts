import { clipped, displayWidth, printable, shortened } from '../../core/log/printable.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';
import { row } from '../../core/terminal/rows.ts';

/** Maximum widths, in columns. */
const WIDTHS = { address: 38, subject: 38, file: 30 };
const NARROWEST = 8;
/** Time and the gaps between the four fields. */
const FIXED_COLUMNS = 14;

/** @param columns of the terminal; null if it is not one */
export const demoHead = (columns: number | null): string =>
  line('time'.padStart(8), 'from', 'subject', 'what is in it', columns);

/** One line per mail from the queue: time since its 250, sender, subject and contents. */
export function demoLine(mail: ParsedMail, milliseconds: number, columns: number | null): string {
  const time = `${Math.round(milliseconds)} ms`.padStart(8);
  const from = printable(mail.from[0]?.address ?? '(no sender)');
  const subject = printable(mail.subject ?? '(no subject)');
  return line(time, from, subject, printable(parts(mail).join(', ')), columns);
}

/** Sender and subject have the same width in every row, so that the rows align; the last field is truncated to fit. */
function line(time: string, from: string, subject: string, parts: string, columns: number | null): string {
  const third = columns === null ? Number.POSITIVE_INFINITY : Math.floor((columns - FIXED_COLUMNS) * 0.3);
  const width = (most: number) => Math.max(NARROWEST, Math.min(most, third));
  return row(
    [time, column(from, width(WIDTHS.address)), column(subject, width(WIDTHS.subject)), { text: parts }],
    columns,
  );
}

function parts(mail: ParsedMail): string[] {
  const files = mail.attachments.map(({ filename, contentType }) => shortened(filename ?? contentType, WIDTHS.file));
  return [
    ...(mail.text === null ? [] : ['text']),
    ...(mail.html === null ? [] : ['html']),
    ...files,
    ...(mail.kind === 'message' ? [] : [`(${mail.kind})`]),
    ...(mail.defects.length === 0 ? [] : [`(${mail.defects.length} defects)`]),
    ...findings(mail.enrichment),
  ];
}

/** Results of enrichment: the totals of invoices, then language and sentiment. */
function findings({ language, sentiment, ocr }: ParsedMail['enrichment']): string[] {
  const judged = [language?.language ?? [], sentiment?.label ?? []].flat();
  const invoices = (ocr?.documents ?? []).flatMap(({ invoice }) => {
    if (invoice === null || invoice.total === null) return [];
    return [`[invoice: ${invoice.currency ?? ''} ${invoice.total.value.toFixed(2)}]`];
  });
  return [...invoices, ...(judged.length === 0 ? [] : [`[${judged.join(', ')}]`])];
}

/** Truncates or pads to a width. */
function column(text: string, width: number): string {
  const shown = clipped(text, width);
  return shown + ' '.repeat(Math.max(0, width - displayWidth(shown)));
}
