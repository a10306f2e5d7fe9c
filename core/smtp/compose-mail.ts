import MailComposer from 'nodemailer/lib/mail-composer';

/** A plain mail as a person writes it. */
export interface ComposedMail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  /** With angle brackets. Default: one that is made up. */
  messageId?: string;
  /** Further header fields. */
  headers?: Readonly<Record<string, string>>;
}

/** The bytes of a mail with one text part; what has to be encoded is. It reads no file and no address. */
export function composeMail({ to, headers, ...mail }: ComposedMail): Promise<Buffer> {
  const composer = new MailComposer({
    ...mail,
    to: [...to],
    headers: { ...headers },
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
