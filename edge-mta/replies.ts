/** One SMTP reply (RFC 5321 §4.2) with its enhanced status code (RFC 3463). `docs/smtp.md` has the table. */
export interface Reply {
  code: number;
  enhanced: string;
  text: string;
  /** Further lines; only the reply to EHLO has them. */
  more?: readonly string[];
}

/** `550 5.1.1` */
export const replyCode = ({ code, enhanced }: Pick<Reply, 'code' | 'enhanced'>): string => `${code} ${enhanced}`.trim();

const reply = (code: number, enhanced: string, text: string): Reply => ({ code, enhanced, text });

/** All replies of this server. The text of a rejection tells the client what to do about it. */
export const REPLIES = {
  senderOk: reply(250, '2.1.0', 'Sender accepted'),
  recipientOk: reply(250, '2.1.5', 'Recipient accepted'),
  startData: reply(354, '', 'End data with <CR><LF>.<CR><LF>'),

  flushed: reply(250, '2.0.0', 'Flushed'),
  ok: reply(250, '2.0.0', 'OK'),
  bye: reply(221, '2.0.0', 'Bye'),
  startTls: reply(220, '2.0.0', 'Ready to start TLS'),
  help: reply(214, '2.0.0', 'See https://tools.ietf.org/html/rfc5321 for details'),
  noVerification: reply(252, '2.1.5', 'Try to send something. No promises though'),

  badHello: reply(501, '', 'Syntax: EHLO hostname'),
  badSender: reply(501, '5.1.7', 'Bad sender address syntax, expected MAIL FROM:<address>'),
  badRecipient: reply(501, '5.1.3', 'Bad recipient address syntax, expected RCPT TO:<address>'),
  badParameter: reply(501, '5.5.4', 'Bad parameter syntax'),
  unknownParameter: reply(555, '5.5.4', 'Parameter not recognised'),
  badDataSyntax: reply(501, '5.5.4', 'DATA takes no arguments'),
  badTlsSyntax: reply(501, '5.5.4', 'STARTTLS takes no arguments'),
  badVerifySyntax: reply(501, '5.5.4', 'Syntax: VRFY address'),
  secureAlready: reply(503, '5.5.1', 'TLS is active already'),
  unknownCommand: reply(500, '5.5.2', 'Command not recognised'),
  helloFirst: reply(503, '5.5.1', 'Send EHLO first'),
  nestedMail: reply(503, '5.5.1', 'A mail transaction is open already, RSET ends it'),
  needMail: reply(503, '5.5.1', 'Send MAIL first'),
  needRecipient: reply(503, '5.5.1', 'No recipient was accepted'),

  foreignDomain: reply(550, '5.7.1', 'No mail is accepted for this domain'),
  spfFailed: reply(550, '5.7.23', 'The SPF record of the sender refuses mail from your address'),
  relayAttempt: reply(550, '5.7.1', 'Addresses with a route in the local part are not accepted'),
  unknownRecipient: reply(550, '5.1.1', 'No such recipient'),
  directoryDown: reply(451, '4.3.0', 'Recipients cannot be checked now, try again later'),
  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients, send the others in another mail'),
  needSmtpUtf8: reply(553, '5.6.7', 'Addresses beyond ASCII need the SMTPUTF8 parameter'),

  tooBig: reply(552, '5.3.4', 'The mail is larger than the limit'),
  bareNewline: reply(521, '5.6.0', 'The mail has a CR or LF that is not part of CRLF (RFC 5321 section 2.3.8)'),
  bareNewlineCommand: reply(521, '5.5.2', 'Command lines end in CRLF, closing the connection'),
  mailLoop: reply(554, '5.4.6', 'Too many Received fields, this looks like a mail loop'),
  rejectedByService: reply(550, '5.7.1', 'The mail is not accepted here'),
  deferredByService: reply(451, '4.7.1', 'The mail is not accepted now, try again later'),
  serviceDown: reply(451, '4.3.0', 'The mail cannot be checked now, try again later'),
  storeFailed: reply(451, '4.3.0', 'The mail could not be stored, try again later'),
  storeFull: reply(452, '4.3.1', 'No space to store the mail, try again later'),
  outOfMemory: reply(452, '4.3.1', 'Too many mails in progress, try again later'),
  tooManyMails: reply(451, '4.7.1', 'Too many mails from your network, try again later'),

  shuttingDown: reply(421, '4.3.2', 'Service is shutting down, try again'),
  overloaded: reply(421, '4.3.2', 'Service is overloaded, try again later'),
  tooManyConnections: reply(421, '4.3.2', 'Too many connections, try again later'),
  madeRoom: reply(421, '4.3.2', 'Too many connections from your network while others wait, try again later'),
  tooManyFromSource: reply(421, '4.7.0', 'Too many connections from your network, try again later'),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors, closing the connection'),
  tooManyUnknown: reply(421, '4.7.0', 'Too many unknown commands, closing the connection'),
  tooMuchJunk: reply(421, '4.7.0', 'Too many commands without a mail, closing the connection'),
  earlyTalker: reply(421, '4.7.0', 'You spoke before the greeting, closing the connection'),
  notSmtp: reply(421, '4.7.0', 'This is an SMTP server, closing the connection'),
  proxyRefused: reply(421, '4.7.0', 'No PROXY header is accepted from your address, closing the connection'),
  badProxyHeader: reply(421, '4.7.0', 'No valid PROXY header came, closing the connection'),
  lineTooLong: reply(421, '4.7.0', 'Command line too long, closing the connection'),
  idle: reply(421, '4.4.2', 'Idle for too long, closing the connection'),
  tooSlow: reply(421, '4.4.2', 'Data arrives too slowly, closing the connection'),
  sessionOver: reply(421, '4.4.2', 'Session lasted too long, closing the connection'),
  internalError: reply(451, '4.3.0', 'Internal error, try again later'),
  blockListed: reply(554, '5.7.1', 'Your address is on a block list'),
} as const satisfies Record<string, Reply>;

/** The reply on the wire, each line with CRLF (RFC 5321 §4.2.1). */
export function replyText({ code, enhanced, text, more = [] }: Reply): string {
  const line = enhanced === '' ? text : `${enhanced} ${text}`;
  if (more.length === 0) return `${code} ${line}\r\n`;
  const last = more.length - 1;
  return `${code}-${line}\r\n${more.map((each, at) => `${code}${at === last ? ' ' : '-'}${each}\r\n`).join('')}`;
}

/** Whether the connection ends after this reply (RFC 5321 §3.8; 521 as in Postfix and chasquid). */
export const isLast = ({ code }: Reply): boolean => code === 221 || code === 421 || code === 521;

/** The only reply that accepts a mail. From here on the pipeline is responsible for it. */
export const queuedAs = (id: string): Reply => reply(250, '2.0.0', `queued as ${id}`);
