import type { Bounce, BounceRecipient } from '../../mail/report-schemas.ts';
import { firstValue } from '../header/fields.ts';
import { parseMessageIds } from '../header/message-ids.ts';
import { readFields } from '../scan/header-reader.ts';

/** Characters that are read: the report, and the header of the mail that comes back. */
const READ_LENGTH = 256 * 1024;
const RECIPIENT_LIMIT = 1_000;
const HEADER_FIELD_LIMIT = 1_000;
/** Characters of a diagnostic. */
const VALUE_LENGTH = 2_000;

/** An enhanced status code (RFC 3463 §2) that is no piece of an IP address. */
const STATUS = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/;

/**
 * A bounce of qmail: QSBMF (D. J. Bernstein, https://cr.yp.to/proto/qsbmf.txt), paragraphs of plain text. The first
 * begins with `Hi. This is the`, one that begins with `<` is about a recipient, one that begins with `-` ends the report,
 * and the mail that comes back follows. Null for any other text.
 */
export function readQsbmf(text: string): Bounce | null {
  if (!text.startsWith('Hi. This is the ')) return null;
  const read = text.slice(0, READ_LENGTH);
  const breakAt = read.indexOf('\n\n-');
  const [about = '', ...paragraphs] = (breakAt === -1 ? read : read.slice(0, breakAt)).split(/\n{2,}/);
  const recipients = paragraphs.slice(0, RECIPIENT_LIMIT).flatMap((paragraph) => recipientOf(paragraph) ?? []);
  if (recipients.length === 0) return null;
  return {
    source: 'report',
    reportingMta: /\bprogram at ([\w.-]{1,255}?)\.?(?:\s|$)/.exec(about)?.[1] ?? null,
    arrivalDate: null,
    originalEnvelopeId: null,
    originalMessageId: breakAt === -1 ? null : returnedMessageId(read.slice(breakAt + 2)),
    recipients,
  };
}

function recipientOf(paragraph: string): BounceRecipient | null {
  const found = /^<([^<>\n]{1,320})>:[ \t]*\n?/.exec(paragraph);
  if (found === null) return null;
  const reason = paragraph.slice(found[0].length, found[0].length + VALUE_LENGTH);
  const said = /^Remote host said: (.*)$/m.exec(reason)?.[1];
  return {
    recipient: found[1] ?? '',
    originalRecipient: null,
    action: 'failed',
    status: STATUS.exec(said ?? reason)?.[0] ?? STATUS.exec(reason)?.[0] ?? null,
    diagnostic: (said ?? reason).replace(/\s+/g, ' ').trim() || null,
    remoteMta: /^(\S{1,255}) does not like recipient\.$/m.exec(reason)?.[1] ?? null,
  };
}

/** Out of the mail behind the break paragraph. */
function returnedMessageId(broken: string): string | null {
  const start = broken.indexOf('\n\n');
  const header = start === -1 ? '' : broken.slice(start).trimStart();
  const end = header.indexOf('\n\n');
  const bytes = Buffer.from(end === -1 ? header : header.slice(0, end + 1), 'latin1');
  return parseMessageIds(firstValue(readFields(bytes, HEADER_FIELD_LIMIT), 'message-id') ?? '')[0] ?? null;
}
