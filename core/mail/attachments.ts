import type { Attachment } from './parsed-mail.ts';

/** Including those of attached mails. */
export function allAttachments(attachments: readonly Attachment[]): Attachment[] {
  return attachments.flatMap((attachment) => [attachment, ...allAttachments(attachment.message?.attachments ?? [])]);
}

/** The detected type where the bytes identify it: the declared one is the word of a stranger. */
export const typeOf = ({ detectedType, contentType }: Attachment): string => detectedType ?? contentType;
