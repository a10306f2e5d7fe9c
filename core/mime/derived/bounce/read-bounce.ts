import type { Attachment } from '../../../mail/parsed-mail.ts';
import type { Bounce } from '../../../mail/report-schemas.ts';
import type { CapturedPart } from '../../reading.ts';
import { groupsOf, type ReportFields } from '../report-fields.ts';
import { findingsOf, type Nameless, namelessOf } from './delivery-status.ts';
import { readGeneric } from './generic.ts';
import { type Letter, type LetterSource, letterOf } from './letter.ts';
import { describeRecipients, type Finding } from './recipient.ts';
import { beginsWithFailure, headerSays, isAnswer, saysFailure } from './recognise.ts';
import { NOTHING_RETURNED, returnedMail } from './returned.ts';
import { says, Telling } from './telling.ts';

export interface BounceSource extends LetterSource {
  attachments: readonly Attachment[];
  captured: readonly CapturedPart[];
  /** The same for attached mails, by their PartId. */
  capturedInside: ReadonlyMap<string, readonly CapturedPart[]>;
}

/** A delivery status notification (RFC 3464 §2): fields about the mail, then a group for each recipient. */
export function bounceOfReport(groups: readonly ReportFields[], source: BounceSource): Bounce {
  const about = groups[0];
  const letter = letterOf(source);
  const stated = findingsOf(groups);
  const inText = stated.length > 0 && stated.every(isExplained) ? [] : readGeneric(letter);
  const found = stated.length > 0 ? withLetter(stated, inText) : withNameless(inText, namelessOf(groups));
  return {
    source: 'report',
    reportingMta: about?.typed('reporting-mta') ?? null,
    arrivalDate: about?.date('arrival-date') ?? null,
    originalEnvelopeId: about?.text('original-envelope-id') ?? null,
    ...returnedMail(source, letter.returned),
    recipients: describeRecipients(found),
  };
}

/** A bounce in the words of a mail server, without a delivery-status part. Null for every other mail. */
export function bounceOfLetter(source: BounceSource, contentType: string | null): Bounce | null {
  const { header } = source;
  const { signs, subjectOnly } = headerSays(header, contentType);
  if (signs === 0) return null;
  const letter = letterOf(source);
  if (isAnswer(letter.subject, letter.text)) return null;
  const returned = returnedMail(source, letter.returned);
  if (subjectOnly && letter.returned === '' && returned === NOTHING_RETURNED) return null;
  const read = readGeneric(letter);
  if (!isReport(letter, read, signs)) return null;
  const notice = read.length === 0 ? returnedNotice(source) : null;
  // To of another server's notice names the sender of the mail, not a failed recipient.
  if (notice !== null) {
    const delivery = groupsOf(notice.captured, 'delivery-status');
    return delivery === null ? bounceOfLetter(notice, null) : bounceOfReport(delivery, notice);
  }
  const found = orReturned(read, returned.originalTo, letter);
  if (found.length === 0) return null;
  return {
    source: 'report',
    reportingMta: reportingMtaIn(letter.text),
    arrivalDate: null,
    originalEnvelopeId: null,
    ...returned,
    recipients: describeRecipients(found),
  };
}

/** The bounce of another server that this one forwards; null when the returned mail is not a bounce. */
function returnedNotice({ attachments, capturedInside }: BounceSource): BounceSource | null {
  const attached = attachments.find((attachment) => attachment.message !== null);
  const message = attached?.message ?? null;
  if (attached === undefined || message === null) return null;
  const header = { headers: [], subject: message.subject, from: message.from, to: message.to };
  if (headerSays(header, null).signs === 0) return null;
  const { text, html } = message;
  const captured = capturedInside.get(attached.partId) ?? [];
  return { header, text, html, attachments: message.attachments, captured, capturedInside: new Map() };
}

/** The fewer signs the header has, the more the text must prove: a postmaster may be a person who quotes a bounce. */
function isReport(letter: Letter, read: readonly Finding[], signs: number): boolean {
  if (signs < 2) return beginsWithFailure(letter.text);
  return saysFailure(letter.text) || letter.failedRecipients.length > 0 || read.some(isExplained);
}

function isExplained({ status = null, diagnostic }: Finding): boolean {
  return says(diagnostic) || (status !== null && !status.endsWith('.0.0'));
}

/** Details missing from the fields are often in the text for people: OpenSMTPD, Sendmail, Exchange. */
function withLetter(stated: Finding[], inText: readonly Finding[]): Finding[] {
  const byAddress = new Map(inText.map((finding) => [finding.recipient.toLowerCase(), finding]));
  return stated.map((finding) => {
    if (isExplained(finding)) return finding;
    const same = byAddress.get(finding.recipient.toLowerCase());
    return same === undefined ? finding : { ...finding, diagnostic: finding.diagnostic ?? same.diagnostic };
  });
}

/** Sendmail writes `@host` without a local part: the groups are about the recipients of the text, in its order. */
function withNameless(inText: Finding[], nameless: readonly Nameless[]): Finding[] {
  if (inText.length !== nameless.length) return inText;
  return inText.map((finding, i) => {
    const { action = null, status = null, diagnostic = null, remoteMta = null } = nameless[i] ?? {};
    return {
      ...finding,
      action: action ?? finding.action,
      status,
      remoteMta,
      diagnostic: diagnostic ?? finding.diagnostic,
    };
  });
}

/** Some letters name nobody: the recipient is then the only one of the returned mail, or unknown. */
function orReturned(found: Finding[], originalTo: readonly string[], letter: Letter): Finding[] {
  const [recipient] = originalTo;
  if (found.length > 0 || recipient === undefined || originalTo.length > 1) return found;
  return [{ recipient, action: 'failed', diagnostic: new Telling(letter.lines).of(recipient) }];
}

/** `This is the qmail-send program at mx.example.net.`, `the mail system at host …`. */
function reportingMtaIn(text: string): string | null {
  const found =
    /\b(?:program|mail (?:system|server)|daemon|sendmail) (?:at|on)(?: host)? ([\w.-]{1,255}?)\.?(?:\s|,|$)/i.exec(
      text.slice(0, 4_000),
    );
  return found?.[1] ?? null;
}
