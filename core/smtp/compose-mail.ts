import MailComposer from 'nodemailer/lib/mail-composer';

/** A plain mail as a person would write it. */
export interface ComposedMail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  /** With angle brackets. Default: a generated one. */
  messageId?: string;
  /** Further header fields. */
  headers?: Readonly<Record<string, string>>;
}

/** The bytes of a mail with one text part, encoded where necessary. Reads no files and fetches no URLs. */
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
