import type { Attachment } from './parsed-mail.ts';

/** Those of attached mails as well. */
export function allAttachments(attachments: readonly Attachment[]): Attachment[] {
  return attachments.flatMap((attachment) => [attachment, ...allAttachments(attachment.message?.attachments ?? [])]);
}

/** By its bytes, where they tell: what a part says of its type is the word of a stranger. */
export const typeOf = ({ detectedType, contentType }: Attachment): string => detectedType ?? contentType;
