import type { AuthResult, ParsedMail } from '../mail/parsed-mail.ts';
import { dkimSummary, envelopeSender, formatAddress, headerValue, recipients } from './common.ts';

type SesStatus = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED';
type Result = AuthResult['spf']['result'];

/** Maximum bytes of raw mail in an SES notification over SNS; longer mails are published without content. */
export const SES_CONTENT_LIMIT_BYTES = 150 * 1024;

/**
 * A mail as SES receiving announces it: the `Message` of its SNS topic and, without `content`, of its other actions.
 * `spamVerdict` is always GRAY, because this pipeline has no spam filter, and `virusVerdict` is GRAY unless a malware
 * step gave a verdict.
 *
 * @param content the raw mail in UTF-8, as in the SNS action; without it, the format of the S3 action
 */
export function sesNotification(mail: ParsedMail, now: Date, content?: string) {
  const dmarc = sesStatus(mail.auth?.dmarc.result);
  const policy = mail.auth?.dmarc.policy;
  return {
    notificationType: 'Received',
    receipt: {
      timestamp: mail.receivedAt,
      processingTimeMillis: Math.max(0, now.getTime() - Date.parse(mail.receivedAt)),
      recipients: recipients(mail),
      spamVerdict: { status: 'GRAY' },
      virusVerdict: { status: virusStatus(mail) },
      spfVerdict: { status: sesStatus(mail.auth?.spf.result) },
      dkimVerdict: { status: sesStatus(dkimSummary(mail.auth)) },
      dmarcVerdict: { status: dmarc },
      // Present only when the mail failed DMARC.
      ...(dmarc === 'FAIL' && policy != null ? { dmarcPolicy: policy } : {}),
      action:
        content === undefined ? { type: 'S3', bucketName: mail.raw.bucket, objectKey: mail.raw.key } : { type: 'SNS' },
    },
    mail: {
      timestamp: mail.receivedAt,
      source: envelopeSender(mail),
      messageId: mail.id,
      destination: recipients(mail),
      headersTruncated: false,
      headers: mail.headers,
      commonHeaders: commonHeaders(mail),
    },
    ...(content === undefined ? {} : { content }),
  };
}

function commonHeaders(mail: ParsedMail): Record<string, string | string[]> {
  const lists = { from: mail.from, to: mail.to, cc: mail.cc, bcc: mail.bcc, 'reply-to': mail.replyTo };
  return {
    returnPath: envelopeSender(mail),
    ...Object.fromEntries(
      Object.entries(lists)
        .filter(([, list]) => list.length > 0)
        .map(([name, list]) => [name, list.map(formatAddress)]),
    ),
    ...(mail.sender === null ? {} : { sender: formatAddress(mail.sender) }),
    date: headerValue(mail, 'Date'),
    messageId: headerValue(mail, 'Message-ID'),
    subject: mail.subject ?? '',
  };
}

function sesStatus(result: Result | undefined): SesStatus {
  if (result === 'pass') return 'PASS';
  if (result === 'fail') return 'FAIL';
  if (result === 'temperror' || result === 'permerror') return 'PROCESSING_FAILED';
  return 'GRAY';
}

function virusStatus(mail: ParsedMail): SesStatus {
  const { malware } = mail.enrichment;
  const verdict = typeof malware === 'object' && malware !== null && 'verdict' in malware ? malware.verdict : null;
  if (verdict === 'clean') return 'PASS';
  if (verdict === 'infected') return 'FAIL';
  return verdict === 'error' ? 'PROCESSING_FAILED' : 'GRAY';
}
