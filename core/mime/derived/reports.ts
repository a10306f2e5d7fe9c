import type { Address, Attachment, Header, MimeStructure } from '../../mail/parsed-mail.ts';
import type { Bounce, Report } from '../../mail/report-schemas.ts';
import { firstValue } from '../header/fields.ts';
import { parseMessageIds } from '../header/message-ids.ts';
import { StructuredField } from '../header/parameters.ts';
import type { CapturedPart } from '../reading.ts';
import { readFields } from '../scan/header-reader.ts';
import { bounceOf } from './delivery-status.ts';
import { readQsbmf } from './qsbmf.ts';
import { fieldGroups, ReportFields } from './report-fields.ts';

/** Fields of the header of a mail that comes back. */
const HEADER_FIELD_LIMIT = 1_000;

/** What a message consists of, as far as reports are made from it. */
export interface ReportSource {
  header: { headers: readonly Header[]; from: readonly Address[] };
  text: string | null;
  structure: MimeStructure | null;
  attachments: readonly Attachment[];
  captured: readonly CapturedPart[];
}

/** What a mail reports. Nothing is read of a mail without a report. */
export interface Reports {
  bounce: Bounce | null;
  report: Report | null;
}

type PartType = 'delivery-status' | 'disposition-notification' | 'feedback-report';

/**
 * Reports by their machine-readable part (RFC 6522); it counts outside multipart/report too, as some mailers forward
 * it. A multipart/report whose part is missing or too long is still a report of its type.
 */
export function readReports(source: ReportSource): Reports {
  if (source.captured.length === 0 && source.structure?.contentType !== 'multipart/report') {
    return isFromDaemon(source) ? { bounce: readQsbmf(source.text ?? ''), report: null } : NOTHING;
  }
  const delivery = partOf(source, 'delivery-status');
  if (delivery !== null) return { bounce: bounceOf(delivery, returnedMessageId(source)), report: null };
  const disposition = partOf(source, 'disposition-notification');
  if (disposition !== null) return { bounce: null, report: dispositionReport(source, disposition) };
  const feedback = partOf(source, 'feedback-report');
  if (feedback !== null) return { bounce: null, report: feedbackReport(source, feedback) };
  const type = reportType(source);
  if (type === null) return NOTHING;
  if (type === 'delivery-status') return { bounce: bounceOf([], returnedMessageId(source)), report: null };
  return { bounce: null, report: { ...EMPTY, type, originalMessageId: returnedMessageId(source) } };
}

const NOTHING: Reports = { bounce: null, report: null };
const EMPTY = { reportingAgent: null, recipient: null, disposition: null, feedback: null };

/** Whoever can write a text can write one that looks like a bounce: those that are none come from people. */
function isFromDaemon({ header }: ReportSource): boolean {
  return /^(mailer-daemon|postmaster)@/i.test(header.from[0]?.address ?? '');
}

/** Groups of fields of the first part of that type, `message/global-…` included (RFC 6533). */
function partOf({ captured }: ReportSource, type: PartType): ReportFields[] | null {
  const part = captured.find(({ contentType }) => contentType.replace('/global-', '/') === `message/${type}`);
  return part === undefined ? null : fieldGroups(part.bytes);
}

function dispositionReport(source: ReportSource, groups: readonly ReportFields[]): Report {
  const fields = groups.find((group) => group.has('disposition')) ?? new ReportFields([]);
  // Disposition: manual-action/MDN-sent-manually; displayed/error (RFC 8098 §3.2.6)
  const [mode = '', outcome = ''] = (fields.text('disposition') ?? '').toLowerCase().split(';');
  const [type = '', modifiers = ''] = outcome.split('/');
  return {
    type: 'disposition-notification',
    reportingAgent: fields.text('reporting-ua'),
    originalMessageId: parseMessageIds(fields.text('original-message-id') ?? '')[0] ?? returnedMessageId(source),
    recipient: fields.address('final-recipient') ?? fields.address('original-recipient'),
    disposition: { type: type.trim(), mode: mode.trim(), modifiers: words(modifiers) },
    feedback: null,
  };
}

function feedbackReport(source: ReportSource, groups: readonly ReportFields[]): Report {
  // AOL puts a MIME header in front of it.
  const fields = groups.find((group) => group.has('feedback-type')) ?? new ReportFields([]);
  return {
    type: 'feedback-report',
    reportingAgent: fields.text('user-agent'),
    originalMessageId: returnedMessageId(source),
    recipient: fields.address('original-rcpt-to'),
    disposition: null,
    feedback: {
      type: fields.text('feedback-type')?.toLowerCase() ?? '',
      sourceIp: fields.text('source-ip'),
      originalMailFrom: fields.address('original-mail-from'),
      reportedDomains: fields.all('reported-domain'),
      arrivalDate: fields.date('arrival-date') ?? fields.date('received-date'),
    },
  };
}

function words(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Of the mail that comes back: whole, or its header alone (RFC 6522 §3, §4). */
function returnedMessageId({ attachments, captured }: ReportSource): string | null {
  const header = captured.find(({ contentType }) => /headers$/.test(contentType));
  if (header !== undefined) {
    const fields = readFields(header.bytes, HEADER_FIELD_LIMIT);
    const id = parseMessageIds(firstValue(fields, 'message-id') ?? '')[0];
    if (id !== undefined) return id;
  }
  return attachments.find(({ message }) => message !== null)?.message?.messageId ?? null;
}

function reportType({ header, structure }: ReportSource): string | null {
  if (structure?.contentType !== 'multipart/report') return null;
  const field = header.headers.find(({ name }) => name.toLowerCase() === 'content-type');
  return new StructuredField(field?.value ?? '').raw('report-type')?.toLowerCase().slice(0, 80) || 'unknown';
}
