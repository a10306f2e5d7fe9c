import MailComposer from 'nodemailer/lib/mail-composer';

/** A plain mail as a person writes it. */
export interface ComposedMail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
}

/** The bytes of a mail with one text part; what has to be encoded is. It reads no file and no address. */
export function composeMail({ from, to, subject, text }: ComposedMail): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to: [...to],
    subject,
    text,
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
