import * as z from 'zod/mini';
import type { Bounce, Report } from '../../../mail/report-schemas.ts';
import { EMPTY_REPORT } from '../empty-report.ts';
import { describeRecipients, type Finding } from './recipient.ts';

/** Characters of the JSON: SNS sends at most 256 KB. */
const JSON_LENGTH = 256 * 1024;
const RECIPIENT_LIMIT = 1_000;

const text = z.nullish(z.string());
const recipients = z.array(z.object({ emailAddress: z.string(), action: text, status: text, diagnosticCode: text }));
/**
 * The SNS notification of Amazon SES (docs.aws.amazon.com/ses, "Amazon SNS notification contents"), as far as it is
 * read.
 */
const notificationSchema = z.object({
  notificationType: text,
  eventType: text,
  bounce: z.nullish(z.object({ bouncedRecipients: recipients, reportingMTA: text })),
  complaint: z.nullish(
    z.object({
      complainedRecipients: recipients,
      complaintFeedbackType: text,
      userAgent: text,
      arrivalDate: text,
    }),
  ),
  delivery: z.nullish(z.object({ recipients: z.array(z.string()), smtpResponse: text, reportingMTA: text })),
  deliveryDelay: z.nullish(z.object({ delayedRecipients: recipients, reportingMTA: text })),
  mail: z.object({
    messageId: text,
    source: text,
    sourceIp: text,
    timestamp: text,
    destination: z.nullish(z.array(z.string())),
    commonHeaders: z.nullish(
      z.object({ messageId: text, subject: text, date: text, to: z.nullish(z.array(z.string())) }),
    ),
  }),
});

type Notification = z.infer<typeof notificationSchema>;

/** A notification of Amazon SES that SNS sent as a mail; null for every other text. */
export function readSesNotification(
  letter: string,
): { bounce: Bounce; report: null } | { bounce: null; report: Report } | null {
  const notification = notificationIn(letter);
  if (notification === null) return null;
  const { bounce, complaint, delivery, deliveryDelay } = notification;
  if (bounce) return bounceOf(notification, bounce.reportingMTA, findings(bounce.bouncedRecipients, 'failed'));
  if (deliveryDelay) {
    return bounceOf(notification, deliveryDelay.reportingMTA, findings(deliveryDelay.delayedRecipients, 'delayed'));
  }
  if (delivery) {
    const { smtpResponse = null, reportingMTA } = delivery;
    const status = /\b2\.\d{1,3}\.\d{1,3}\b/.exec(smtpResponse ?? '')?.[0] ?? null;
    const found = delivery.recipients.map((recipient) => ({
      recipient,
      action: 'delivered' as const,
      status,
      diagnostic: smtpResponse,
    }));
    return bounceOf(notification, reportingMTA, found.slice(0, RECIPIENT_LIMIT));
  }
  return complaint ? { bounce: null, report: complaintReport(notification, complaint) } : null;
}

function notificationIn(letter: string): Notification | null {
  const start = letter.slice(0, JSON_LENGTH).trimStart();
  if (!start.startsWith('{')) return null;
  // Long lines are wrapped in transit; a line end inside a string is not part of the JSON.
  const end = start.search(/\n--\r?\n/);
  const parsed = parse((end === -1 ? start : start.slice(0, end)).replace(/[\r\n]+/g, ''));
  const wrapped = z.safeParse(z.object({ Message: z.string() }), parsed);
  const result = z.safeParse(notificationSchema, wrapped.success ? parse(wrapped.data.Message) : parsed);
  return result.success && (result.data.notificationType ?? result.data.eventType) ? result.data : null;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A text that begins with a brace need not be JSON.
    return null;
  }
}

function findings(of: z.infer<typeof recipients>, action: Finding['action']): Finding[] {
  return of.slice(0, RECIPIENT_LIMIT).map(({ emailAddress, status = null, diagnosticCode = null }) => ({
    recipient: emailAddress,
    action,
    status,
    diagnostic: diagnosticCode?.replace(/^\s*smtp;\s*/i, '') ?? null,
  }));
}

function bounceOf(notification: Notification, reportingMta: string | null | undefined, found: readonly Finding[]) {
  const bounce: Bounce = {
    source: 'report',
    reportingMta: reportingMta?.replace(/^\s*dsn;\s*/i, '') ?? null,
    arrivalDate: null,
    originalEnvelopeId: null,
    ...originalOf(notification),
    recipients: describeRecipients(found),
  };
  return { bounce, report: null };
}

/** SES sends with a Message-ID of its own, which is its id at the domain of the region; only the id is certain. */
function originalOf({ mail }: Notification) {
  const { commonHeaders = null, messageId = null, timestamp = null, destination } = mail;
  const date = new Date(timestamp ?? Number.NaN);
  return {
    originalMessageId: commonHeaders?.messageId?.replace(/^<|>$/g, '') ?? messageId,
    originalSubject: commonHeaders?.subject ?? null,
    originalDate: Number.isNaN(date.getTime()) ? null : date.toISOString(),
    originalTo: destination ?? [],
  };
}

function complaintReport(notification: Notification, complaint: NonNullable<Notification['complaint']>): Report {
  const { complainedRecipients, complaintFeedbackType, userAgent = null } = complaint;
  const arrival = new Date(complaint.arrivalDate ?? Number.NaN);
  return {
    ...EMPTY_REPORT,
    type: 'feedback-report',
    reportingAgent: userAgent,
    originalMessageId: originalOf(notification).originalMessageId,
    recipient: complainedRecipients[0]?.emailAddress ?? null,
    recipients: complainedRecipients.slice(0, RECIPIENT_LIMIT).map(({ emailAddress }) => emailAddress),
    feedback: {
      type: complaintFeedbackType ?? 'abuse',
      sourceIp: notification.mail.sourceIp ?? null,
      originalMailFrom: notification.mail.source ?? null,
      reportedDomains: [],
      arrivalDate: Number.isNaN(arrival.getTime()) ? null : arrival.toISOString(),
    },
  };
}
