import type { Address, Attachment, Header, MimeStructure } from '../../mail/parsed-mail.ts';
import type { Bounce, Report } from '../../mail/report-schemas.ts';
import { parseMessageIds } from '../header/message-ids.ts';
import { StructuredField } from '../header/parameters.ts';
import type { CapturedPart } from '../reading.ts';
import { bounceOfLetter, bounceOfReport } from './bounce/read-bounce.ts';
import { returnedMail } from './bounce/returned.ts';
import { readSesNotification } from './bounce/ses-notification.ts';
import { EMPTY_REPORT } from './empty-report.ts';
import { groupsOf, ReportFields } from './report-fields.ts';

/** The parts of a message from which reports are read. */
export interface ReportSource {
  header: { headers: readonly Header[]; subject: string | null; from: readonly Address[]; to: readonly Address[] };
  text: string | null;
  html: string | null;
  structure: MimeStructure | null;
  attachments: readonly Attachment[];
  captured: readonly CapturedPart[];
  capturedInside: ReadonlyMap<string, readonly CapturedPart[]>;
}

/** The reports of a mail. For a mail without a report nothing is parsed. */
export interface Reports {
  bounce: Bounce | null;
  report: Report | null;
}

/**
 * Reports by their machine-readable part (RFC 6522). It also counts outside multipart/report, because some mailers
 * forward it. A multipart/report whose part is missing or too long is still a report of its type.
 */
export function readReports(source: ReportSource): Reports {
  const contentType = source.structure?.contentType ?? null;
  if (source.captured.length > 0 || contentType === 'multipart/report') {
    const reports = machineReadable(source);
    if (reports !== null) return reports;
  }
  if (isFromSns(source)) {
    const notification = readSesNotification(source.text ?? '');
    if (notification !== null) return notification;
  }
  const complaint = junkMailReport(source);
  if (complaint !== null) return { bounce: null, report: complaint };
  const bounce = bounceOfLetter(source, contentType);
  if (bounce !== null) return { bounce, report: null };
  const type = reportType(source);
  const leaving = type === null ? unsubscribeRequest(source) : null;
  if (leaving !== null) return { bounce: null, report: leaving };
  return type === null
    ? NOTHING
    : { bounce: null, report: { ...EMPTY_REPORT, type, originalMessageId: returnedMessageId(source) } };
}

/** Null when no part can be read as a report, and no type says what it would be. */
function machineReadable(source: ReportSource): Reports | null {
  const delivery = groupsOf(source.captured, 'delivery-status');
  if (delivery !== null) return { bounce: bounceOfReport(delivery, source), report: null };
  const disposition = groupsOf(source.captured, 'disposition-notification');
  if (disposition !== null) return { bounce: null, report: dispositionReport(source, disposition) };
  const feedback = groupsOf(source.captured, 'feedback-report');
  if (feedback !== null) return { bounce: null, report: feedbackReport(source, feedback) };
  return reportType(source) === 'delivery-status' ? { bounce: bounceOfReport([], source), report: null } : null;
}

function isFromSns({ header }: ReportSource): boolean {
  return /@sns\.amazonaws\.com(?:\.cn)?$/i.test(header.from[0]?.address ?? '');
}

const NOTHING: Reports = { bounce: null, report: null };

function dispositionReport(source: ReportSource, groups: readonly ReportFields[]): Report {
  const fields = groups.find((group) => group.has('disposition')) ?? new ReportFields([]);
  const recipient = fields.address('final-recipient') ?? fields.address('original-recipient');
  // Disposition: manual-action/MDN-sent-manually; displayed/error (RFC 8098 §3.2.6)
  const [mode = '', outcome = ''] = (fields.text('disposition') ?? '').toLowerCase().split(';');
  const [type = '', modifiers = ''] = outcome.split('/');
  return {
    ...EMPTY_REPORT,
    type: 'disposition-notification',
    reportingAgent: fields.text('reporting-ua'),
    originalMessageId: parseMessageIds(fields.text('original-message-id') ?? '')[0] ?? returnedMessageId(source),
    recipient,
    recipients: recipient === null ? [] : [recipient],
    disposition: { type: type.trim(), mode: mode.trim(), modifiers: words(modifiers) },
  };
}

function feedbackReport(source: ReportSource, groups: readonly ReportFields[]): Report {
  // AOL puts a MIME header before it.
  const fields = groups.find((group) => group.has('feedback-type')) ?? new ReportFields([]);
  const stated = fields.addresses('original-rcpt-to');
  const returned = returnedMail(source, '');
  return {
    ...EMPTY_REPORT,
    type: 'feedback-report',
    reportingAgent: fields.text('user-agent'),
    originalMessageId: returned.originalMessageId,
    recipient: stated[0] ?? null,
    recipients: stated.length > 0 ? stated : returned.originalTo,
    feedback: {
      type: fields.text('feedback-type')?.toLowerCase() ?? '',
      sourceIp: fields.text('source-ip'),
      originalMailFrom: fields.address('original-mail-from'),
      reportedDomains: fields.all('reported-domain'),
      arrivalDate: fields.date('arrival-date') ?? fields.date('received-date'),
    },
  };
}

/** Microsoft's Junk Mail Reporting Program, and SES in its format: the mail alone, without the part of RFC 5965. */
function junkMailReport(source: ReportSource): Report | null {
  const { header, attachments } = source;
  if (!/^(?:staff@hotmail\.com|complaints@.{0,100}amazonses\.com)$/i.test(header.from[0]?.address ?? '')) return null;
  const sourceIp = /^\s*complaint about message from ([\d.:a-f]{3,45})/i.exec(header.subject ?? '')?.[1];
  const message = attachments.find((attachment) => attachment.message !== null)?.message ?? null;
  if (sourceIp === undefined || message === null) return null;
  const { originalMessageId, originalTo } = returnedMail(source, '');
  return {
    ...EMPTY_REPORT,
    type: 'feedback-report',
    originalMessageId,
    recipient: originalTo[0] ?? null,
    recipients: originalTo,
    feedback: {
      type: 'abuse',
      sourceIp,
      originalMailFrom: message.from[0]?.address ?? null,
      reportedDomains: [],
      arrivalDate: message.date,
    },
  };
}

/** Characters of a mail with which a program leaves a list: a sentence at most. */
const UNSUBSCRIBE_LENGTH = 500;

/**
 * What mailers send to the address in List-Unsubscribe (RFC 2369 §3.2): recognised by its address or its whole subject.
 */
function unsubscribeRequest({ header, text, attachments }: ReportSource): Report | null {
  if (attachments.length > 0 || (text ?? '').length > UNSUBSCRIBE_LENGTH) return null;
  const recipient = header.from[0]?.address || null;
  const local = header.to[0]?.address.slice(0, 320).split('@')[0] ?? '';
  const addressed = /^(?:(.+)[-+.])?unsub(?:scribe)?(?:[-+=.](.+))?$/i.exec(local);
  const titled = /^\s*unsubscribe(?:[\s:]+(\S{1,200}))?\s*$/i.exec((header.subject ?? '').slice(0, 300));
  if (recipient === null || (addressed === null && titled === null)) return null;
  const listId = addressed?.[2] ?? addressed?.[1] ?? titled?.[1] ?? null;
  return { ...EMPTY_REPORT, type: 'unsubscribe', recipient, recipients: [recipient], listId };
}

function words(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function returnedMessageId(source: ReportSource): string | null {
  return returnedMail(source, '').originalMessageId;
}

function reportType({ header, structure }: ReportSource): string | null {
  if (structure?.contentType !== 'multipart/report') return null;
  const field = header.headers.find(({ name }) => name.toLowerCase() === 'content-type');
  return new StructuredField(field?.value ?? '').raw('report-type')?.toLowerCase().slice(0, 80) || 'unknown';
}
