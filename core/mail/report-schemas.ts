import * as z from 'zod/mini';
import { field } from './field.ts';

/** Why a mail was not delivered: a closed list, which docs/bounces.md maps to the terms of other services. */
export const BOUNCE_REASONS = [
  'no_such_user',
  'mailbox_full',
  'inactive',
  'moved',
  'host_unknown',
  'not_accepting',
  'blocked',
  'rate_limited',
  'authentication',
  'sender_rejected',
  'relay_denied',
  'policy',
  'spam',
  'virus',
  'content',
  'too_large',
  'expired',
  'network',
  'system',
  'protocol',
  'undetermined',
] as const;

/** What happened to one recipient of a mail that was sent from here (RFC 3464 §2.3). */
export const bounceRecipientSchema = z.object({
  recipient: field(z.string(), 'Final-Recipient (RFC 3464 §2.3.2), without its address type'),
  originalRecipient: field(z.nullable(z.string()), 'Original-Recipient: as the sender wrote it (RFC 3464 §2.3.1)'),
  action: field(
    z.nullable(z.enum(['failed', 'delayed', 'delivered', 'relayed', 'expanded'])),
    'The action taken (RFC 3464 §2.3.3); only failed is final',
  ),
  status: field(
    z.nullable(z.string()),
    'Enhanced status code (RFC 3463) as reported: 5.x.x is permanent, 4.x.x is not. That of the diagnostic where the field says x.0.0',
  ),
  replyCode: field(z.nullable(z.string()), 'Reply code of the refusing server (RFC 5321 §4.2), from the diagnostic'),
  diagnostic: field(z.nullable(z.string()), 'Diagnostic-Code: what the refusing server said (RFC 3464 §2.3.6)'),
  remoteMta: field(z.nullable(z.string()), 'Remote-MTA: the server that said it (RFC 3464 §2.3.5)'),
  type: field(
    z.enum(['permanent', 'transient', 'delivered', 'undetermined']),
    'By action, status, reply code and reason, in that order (RFC 3463 §2): permanent: stop sending there; transient: a later mail may arrive',
  ),
  reason: field(
    z.nullable(z.enum(BOUNCE_REASONS)),
    'Why, from the words of the diagnostic first and its codes second (docs/bounces.md); null when it was delivered',
  ),
});

export const bounceSchema = z.object({
  source: field(
    z.enum(['report', 'headers']),
    'report: a delivery status notification (RFC 3464), or what a mail server writes instead of one; headers: recognised by null sender and subject alone',
  ),
  reportingMta: field(z.nullable(z.string()), 'The reporting server (RFC 3464 §2.2.2)'),
  arrivalDate: field(
    z.nullable(z.string()),
    'When the mail that bounced arrived there (RFC 3464 §2.2.5), ISO 8601 in UTC',
  ),
  originalEnvelopeId: field(z.nullable(z.string()), 'ENVID of the mail that bounced (RFC 3461 §4.4)'),
  originalMessageId: field(
    z.nullable(z.string()),
    'Message-ID of the mail that bounced, from its returned header (RFC 6522 §3)',
  ),
  originalSubject: field(z.nullable(z.string()), 'Subject of the mail that bounced, from its returned header'),
  originalDate: field(
    z.nullable(z.string()),
    'Date of the mail that bounced, from its returned header, ISO 8601 in UTC',
  ),
  originalTo: field(z.array(z.string()), 'Addresses in To of the mail that bounced, from its returned header'),
  recipients: field(
    z.array(bounceRecipientSchema),
    'A block for each recipient (RFC 3464 §2.3), in the order of the report',
  ),
});

const dmarcReportSchema = z.object({
  organization: field(z.nullable(z.string()), 'org_name: the reporting organisation'),
  reportId: field(z.nullable(z.string()), 'report_id: unique for the organization'),
  domain: field(z.nullable(z.string()), 'The domain whose policy was applied'),
  policy: field(z.nullable(z.string()), 'p: none, quarantine or reject'),
  begin: field(z.nullable(z.string()), 'Start of the reporting period, ISO 8601 in UTC'),
  end: field(z.nullable(z.string()), 'End of the reporting period, ISO 8601 in UTC'),
  messages: field(z.number(), 'Mails that the report counts'),
  passed: field(z.number(), 'Mails that pass DMARC: DKIM or SPF passes and is aligned'),
  dkimAligned: field(z.number(), 'Mails with an aligned DKIM pass'),
  spfAligned: field(z.number(), 'Mails with an aligned SPF pass'),
  quarantined: field(z.number(), 'Mails that the receiver quarantined'),
  rejected: field(z.number(), 'Mails that the receiver rejected'),
  failing: field(
    z.array(
      z.object({
        sourceIp: field(z.nullable(z.string()), 'The server that sent them'),
        headerFrom: field(z.nullable(z.string()), 'Domain in their From field'),
        messages: field(z.number(), 'Number of mails'),
        disposition: field(z.nullable(z.string()), 'What the receiver did: none, quarantine or reject'),
      }),
    ),
    'The 20 rows with the most mails that fail DMARC; the attachment has all rows',
  ),
});

const tlsReportSchema = z.object({
  organization: field(z.nullable(z.string()), 'organization-name: the reporting organisation'),
  reportId: field(z.nullable(z.string()), 'report-id: unique for the organization'),
  begin: field(z.nullable(z.string()), 'Start of the reporting period, ISO 8601 in UTC'),
  end: field(z.nullable(z.string()), 'End of the reporting period, ISO 8601 in UTC'),
  successful: field(z.number(), 'Sessions with TLS as the policies require, over all policies'),
  failed: field(z.number(), 'Sessions that failed, over all policies'),
  policies: field(
    z.array(
      z.object({
        type: field(z.nullable(z.string()), 'policy-type: sts, tlsa or no-policy-found'),
        domain: field(z.nullable(z.string()), 'policy-domain'),
        successful: field(z.number(), 'total-successful-session-count'),
        failed: field(z.number(), 'total-failure-session-count'),
        failures: field(
          z.array(
            z.object({
              type: field(z.string(), 'result-type (RFC 8460 §4.3), such as certificate-expired'),
              sessions: field(z.number(), 'failed-session-count, summed for this type'),
            }),
          ),
          'Failures by type',
        ),
      }),
    ),
    'One entry per policy, at most 100',
  ),
});

export const reportSchema = z.object({
  type: field(
    z.string(),
    'disposition-notification (RFC 8098), feedback-report (RFC 5965), unsubscribe (RFC 2369), dmarc-aggregate (RFC 7489 §7.2), tlsrpt (RFC 8460), else the report-type parameter (RFC 6522)',
  ),
  reportingAgent: field(
    z.nullable(z.string()),
    'The reporting program: Reporting-UA (RFC 8098 §3.2.1) or User-Agent (RFC 5965 §3.1)',
  ),
  originalMessageId: field(z.nullable(z.string()), 'Message-ID of the reported mail (RFC 8098 §3.2.5)'),
  recipient: field(z.nullable(z.string()), 'Final-Recipient (RFC 8098 §3.2.4) or Original-Rcpt-To (RFC 5965 §3.2)'),
  listId: field(
    z.nullable(z.string()),
    'The list to leave, as the address or the subject names it (RFC 2369 §3.2); set for unsubscribe',
  ),
  recipients: field(
    z.array(z.string()),
    'Every Original-Rcpt-To, which may be repeated (RFC 5965 §3.2); without one, To of the reported mail',
  ),
  disposition: field(
    z.nullable(
      z.object({
        type: field(z.string(), 'displayed, deleted, dispatched, processed (RFC 8098 §3.2.6.2)'),
        mode: field(z.string(), 'Who acted and who sent the report (RFC 8098 §3.2.6.1)'),
        modifiers: field(z.array(z.string()), 'Such as error (RFC 8098 §3.2.6.3)'),
      }),
    ),
    'What happened to the mail (RFC 8098 §3.2.6); set for disposition-notification',
  ),
  feedback: field(
    z.nullable(
      z.object({
        type: field(z.string(), 'abuse, fraud, virus, not-spam, other … (RFC 5965 §7.3)'),
        sourceIp: field(z.nullable(z.string()), 'Source-IP: the origin of the reported mail (RFC 5965 §3.2)'),
        originalMailFrom: field(z.nullable(z.string()), 'Original-Mail-From: its envelope sender (RFC 5965 §3.2)'),
        reportedDomains: field(z.array(z.string()), 'Reported-Domain, each once (RFC 5965 §3.2)'),
        arrivalDate: field(z.nullable(z.string()), 'Arrival-Date: when it arrived, ISO 8601 in UTC (RFC 5965 §3.2)'),
      }),
    ),
    'The complaint (RFC 5965); set for feedback-report',
  ),
  dmarc: field(
    z.nullable(dmarcReportSchema),
    'What a receiver saw of mails in the name of a domain (RFC 7489 §7.2); set for dmarc-aggregate',
  ),
  tls: field(
    z.nullable(tlsReportSchema),
    'What a sender saw of TLS to the mail servers of a domain (RFC 8460); set for tlsrpt, null when the report cannot be read',
  ),
});

export type Bounce = z.infer<typeof bounceSchema>;
export type BounceRecipient = z.infer<typeof bounceRecipientSchema>;
export type Report = z.infer<typeof reportSchema>;
export type DmarcReport = z.infer<typeof dmarcReportSchema>;
export type TlsReport = z.infer<typeof tlsReportSchema>;
export type BounceReason = (typeof BOUNCE_REASONS)[number];
