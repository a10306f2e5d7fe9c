import { addressLiteral } from '../abuse/ip-address.ts';
import { REPLIES, type Reply } from '../replies.ts';
import { type CommandLine, textOf } from './command-line.ts';

/** How a client introduced itself. */
export interface Hello {
  name: string;
  /** True for EHLO, false for HELO. */
  extended: boolean;
}

/** A domain has at most 255 octets (RFC 5321 §4.5.3.1.2); the rest is for clients that send more than their name. */
const MAX_NAME_LENGTH = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Parses EHLO and HELO (RFC 5321 §4.1.1.1). The name is used for the log and SPF only and decides nothing, so a name
 * with spaces passes, as in Postfix: Windows machines have such names.
 */
export function parseHello({ verb, argument }: CommandLine): Hello | Reply {
  const name = textOf(argument);
  if (name === null || name === '' || name.length > MAX_NAME_LENGTH || CONTROL.test(name)) return REPLIES.badHello;
  return { name: name.toLowerCase(), extended: verb === 'EHLO' };
}

/** Data of this server for the greeting. */
export interface Greeter {
  hostname: string;
  remoteAddress: string;
  secure: boolean;
  maxMessageBytes: number;
  recipientsPerMail: number;
}

/** The reply to EHLO, with the extensions of this server, or to HELO. */
export function helloReply({ extended }: Hello, greeter: Greeter): Reply {
  const features = [
    'PIPELINING',
    '8BITMIME',
    'SMTPUTF8',
    'ENHANCEDSTATUSCODES',
    ...(greeter.secure ? [] : ['STARTTLS']),
    // No MAILMAX: a session may send any number of mails (RFC 9422 §4).
    `LIMITS RCPTMAX=${greeter.recipientsPerMail}`,
    `SIZE ${greeter.maxMessageBytes}`,
  ];
  const text = `${greeter.hostname} greets [${addressLiteral(greeter.remoteAddress)}]`;
  return { code: 250, enhanced: '', text, more: extended ? features : [] };
}
