import type { Address, Attachment, ParsedMail } from '../mail/parsed-mail.ts';
import { type AttachmentContent, formatAddress, formatAddresses, headerValue, recipients } from './common.ts';

/**
 * A mail as Postmark's inbound webhook sends it. `MessageID` is this pipeline's id (Postmark also uses its own; that of
 * the header is in `Headers`).
 *
 * @param rawEmail the raw mail, as with Postmark's setting "include raw email"
 */
export async function postmarkPayload(mail: ParsedMail, content: AttachmentContent, rawEmail?: string) {
  const from = mail.from[0] ?? { name: '', address: '', plusTag: null, group: null };
  const original = recipients(mail)[0] ?? '';
  return {
    From: from.address,
    FromName: from.name,
    FromFull: recipient(from),
    To: formatAddresses(mail.to),
    ToFull: mail.to.map(recipient),
    Cc: formatAddresses(mail.cc),
    CcFull: mail.cc.map(recipient),
    Bcc: formatAddresses(mail.bcc),
    BccFull: mail.bcc.map(recipient),
    ReplyTo: mail.replyTo.map(formatAddress).join(', '),
    OriginalRecipient: original,
    Subject: mail.subject ?? '',
    Date: headerValue(mail, 'Date'),
    MailboxHash: mailboxHash(original),
    Tag: '',
    MessageID: mail.id,
    MessageStream: 'inbound',
    ...(rawEmail === undefined ? {} : { RawEmail: rawEmail }),
    TextBody: mail.text ?? '',
    HtmlBody: mail.html ?? '',
    StrippedTextReply: mail.reply?.text ?? '',
    Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
    Attachments: await attachments(mail, content),
  };
}

/** One after another: each is held in memory while it is fetched. */
async function attachments(mail: ParsedMail, content: AttachmentContent) {
  const list: Awaited<ReturnType<typeof attachmentOf>>[] = [];
  for (const attachment of mail.attachments) list.push(await attachmentOf(attachment, content));
  return list;
}

async function attachmentOf(attachment: Attachment, content: AttachmentContent) {
  return {
    Name: attachment.filename ?? '',
    Content: (await content(attachment)).toString('base64'),
    ContentType: attachment.contentType,
    ContentLength: attachment.size,
    ContentID: attachment.contentId ?? '',
  };
}

const recipient = ({ address, name, plusTag }: Address) => ({
  Email: address,
  Name: name,
  MailboxHash: plusTag ?? '',
});

function mailboxHash(address: string): string {
  const local = address.slice(0, Math.max(address.lastIndexOf('@'), 0));
  const plus = local.indexOf('+');
  return plus < 0 ? '' : local.slice(plus + 1);
}
