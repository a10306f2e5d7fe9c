import type { Address, ParsedMail } from '../mail/parsed-mail.ts';
import { type AttachmentContent, formatAddress, formatAddresses, headerValue, recipients } from './common.ts';

interface PostmarkRecipient {
  Email: string;
  Name: string;
  MailboxHash: string;
}

/** The JSON that Postmark posts for an inbound mail. */
export interface PostmarkInbound {
  From: string;
  FromName: string;
  FromFull: PostmarkRecipient;
  To: string;
  ToFull: PostmarkRecipient[];
  Cc: string;
  CcFull: PostmarkRecipient[];
  Bcc: string;
  BccFull: PostmarkRecipient[];
  ReplyTo: string;
  OriginalRecipient: string;
  Subject: string;
  Date: string;
  MailboxHash: string;
  Tag: string;
  MessageID: string;
  MessageStream: string;
  RawEmail?: string;
  TextBody: string;
  HtmlBody: string;
  StrippedTextReply: string;
  Headers: { Name: string; Value: string }[];
  Attachments: { Name: string; Content: string; ContentType: string; ContentLength: number; ContentID: string }[];
}

/**
 * A mail as Postmark's inbound webhook sends it. `MessageID` is this pipeline's id (Postmark's is its own as well;
 * the header's stands in `Headers`).
 *
 * @param rawEmail the raw mail, for those who switched "include raw email" on
 */
export async function postmarkPayload(
  mail: ParsedMail,
  content: AttachmentContent,
  rawEmail?: string,
): Promise<PostmarkInbound> {
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

async function attachments(mail: ParsedMail, content: AttachmentContent): Promise<PostmarkInbound['Attachments']> {
  const list: PostmarkInbound['Attachments'] = [];
  for (const attachment of mail.attachments) {
    list.push({
      Name: attachment.filename ?? '',
      Content: (await content(attachment)).toString('base64'),
      ContentType: attachment.contentType,
      ContentLength: attachment.size,
      ContentID: attachment.contentId ?? '',
    });
  }
  return list;
}

function recipient({ address, name, plusTag }: Address): PostmarkRecipient {
  return { Email: address, Name: name, MailboxHash: plusTag ?? '' };
}

function mailboxHash(address: string): string {
  const local = address.slice(0, Math.max(address.lastIndexOf('@'), 0));
  const plus = local.indexOf('+');
  return plus < 0 ? '' : local.slice(plus + 1);
}
