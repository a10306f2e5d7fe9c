import type { Attachment } from '../../../mail/parsed-mail.ts';
import type { Bounce } from '../../../mail/report-schemas.ts';
import { parseAddresses } from '../../header/addresses.ts';
import { parseDate } from '../../header/dates.ts';
import { firstValue } from '../../header/fields.ts';
import { displayText, oneLine } from '../../header/header-text.ts';
import { parseMessageIds } from '../../header/message-ids.ts';
import type { CapturedPart } from '../../reading.ts';
import { readFields } from '../../scan/header-reader.ts';

/** Maximum header fields of a returned mail. */
const HEADER_FIELD_LIMIT = 1_000;
const ADDRESS_LIMIT = 100;
/** Characters of a text to search for such a header. */
const READ_LENGTH = 64 * 1024;

export type Returned = Pick<Bounce, 'originalMessageId' | 'originalSubject' | 'originalDate' | 'originalTo'>;

export const NOTHING_RETURNED: Returned = {
  originalMessageId: null,
  originalSubject: null,
  originalDate: null,
  originalTo: [],
};

/** The returned mail: attached whole, as a header alone (RFC 6522 §3, §4), or in the text after a mark. */
export function returnedMail(
  { attachments, captured }: { attachments: readonly Attachment[]; captured: readonly CapturedPart[] },
  text: string,
): Returned {
  const header = captured.find(({ contentType }) => /headers$/.test(contentType));
  const ofHeader = header === undefined ? null : fromHeader(header.bytes);
  if (ofHeader !== null && ofHeader.originalMessageId !== null) return ofHeader;
  const message = attachments.find((attachment) => attachment.message !== null)?.message ?? null;
  if (message !== null) {
    return {
      originalMessageId: message.messageId,
      originalSubject: message.subject,
      originalDate: message.date,
      originalTo: message.to.map(({ address }) => address).filter((address) => address !== ''),
    };
  }
  return ofHeader ?? fromText(text) ?? NOTHING_RETURNED;
}

function fromHeader(bytes: Buffer): Returned {
  const fields = readFields(bytes, HEADER_FIELD_LIMIT);
  const subject = firstValue(fields, 'subject');
  const { addresses } = parseAddresses(firstValue(fields, 'to') ?? '', null, ADDRESS_LIMIT);
  return {
    originalMessageId: parseMessageIds(firstValue(fields, 'message-id') ?? '')[0] ?? null,
    originalSubject: subject === null ? null : oneLine(displayText(subject, null)),
    originalDate: parseDate(firstValue(fields, 'date') ?? ''),
    originalTo: addresses.map(({ address }) => address).filter((address) => address !== ''),
  };
}

/** The first lines of a text that form a header. */
function fromText(text: string): Returned | null {
  const start =
    /^[ \t>]*(?:Received|Return-Path|From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|X-[\w-]{1,60}|DKIM-Signature):/im.exec(
      text.slice(0, READ_LENGTH),
    )?.index;
  if (start === undefined) return null;
  const block = text.slice(start, start + READ_LENGTH).split(/\n[ \t]*\n/, 1)[0] ?? '';
  return fromHeader(Buffer.from(block.replace(/^[ \t>]+(?=[\w-]{1,60}:)/gm, '')));
}
