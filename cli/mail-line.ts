import * as z from 'zod';
import { printable } from '../core/log/printable.ts';
import { jsonOf } from '../core/mail/json.ts';
import { row } from '../core/terminal/rows.ts';

const address = z.object({ name: z.string(), address: z.string() });

/** The few fields that one line shows; lenient, because the document gains fields over time. */
const summarySchema = z.object({
  id: z.string(),
  receivedAt: z.string(),
  from: z.array(address),
  subject: z.nullable(z.string()),
  kind: z.string(),
  attachments: z.array(z.object({ size: z.number() })),
  defects: z.array(z.object({ code: z.string() })),
});

export type MailSummary = z.infer<typeof summarySchema>;

/** Null when the body is not a parsed mail. */
export function mailSummary(body: string): MailSummary | null {
  const parsed = summarySchema.safeParse(jsonOf(body));
  return parsed.success ? parsed.data : null;
}

/** `<id>  <time>  <from>  <subject>  <extras>`, safe for a terminal and cut to `width` columns. */
export function mailLine(mail: MailSummary, width: number | null): string {
  const from = mail.from[0];
  const extras = [
    mail.kind === 'message' ? null : mail.kind,
    count(mail.attachments.length, 'attachment'),
    mail.defects.length > 0 ? `defects: ${[...new Set(mail.defects.map((defect) => defect.code))].join(', ')}` : null,
  ].filter((extra) => extra !== null);
  const time = printable(mail.receivedAt.replace('T', ' ').slice(0, 19));
  const cut = [from?.address || from?.name || '(no sender)', mail.subject ?? '(no subject)', ...extras];
  return row([printable(mail.id), time, ...cut.map((text) => ({ text: printable(text) }))], width);
}

function count(number: number, noun: string): string | null {
  return number === 0 ? null : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
