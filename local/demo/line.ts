import { displayWidth, printable, shortened } from '../../core/log/printable.ts';
import type { ParsedMail } from '../../core/mail/parsed-mail.ts';

const WIDTHS = { from: 38, subject: 38, file: 30 };

export const DEMO_HEAD = `    time  ${'from'.padEnd(WIDTHS.from)}  ${'subject'.padEnd(WIDTHS.subject)}  what is in it`;

/** What came out of the queue for one mail: how long after its 250, from whom, about what, and what it holds. */
export function demoLine(mail: ParsedMail, milliseconds: number): string {
  const time = `${Math.round(milliseconds)} ms`.padStart(8);
  const from = column(mail.from[0]?.address ?? '(no sender)', WIDTHS.from);
  const subject = column(mail.subject ?? '(no subject)', WIDTHS.subject);
  return `${time}  ${from}  ${subject}  ${printable(parts(mail).join(', '))}`;
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

/** What enrichment found: language, mood, and what an invoice asks for. */
function findings({ language, sentiment, ocr }: ParsedMail['enrichment']): string[] {
  const judged = [language?.language ?? [], sentiment?.label ?? []].flat();
  const invoices = (ocr?.documents ?? []).flatMap(({ invoice }) => {
    if (invoice === null || invoice.total === null) return [];
    return [`[invoice: ${invoice.currency ?? ''} ${invoice.total.value.toFixed(2)}]`];
  });
  return [...(judged.length === 0 ? [] : [`[${judged.join(', ')}]`]), ...invoices];
}

/** Cut or filled to a width. */
function column(text: string, width: number): string {
  const shown = shortened(printable(text), width);
  return shown + ' '.repeat(Math.max(0, width - displayWidth(shown)));
}
