import type { Address, Header } from '../../../mail/parsed-mail.ts';
import { quotingText } from '../html-text.ts';

/** Characters of the text to read: the report, and the header of the returned mail. */
const READ_LENGTH = 128 * 1024;
const LINE_LIMIT = 3_000;
const LINE_LENGTH = 1_500;

/**
 * What mail servers put before the returned mail: a line of its own, ruled or not. Everything after it was written by
 * the sender of that mail.
 */
const RETURNED_MARK =
  /^[\s>*|]{0,40}(?:[-_=*~+]{3,200}\s{0,20})?(?:this is a copy of (?:the|your) message|(?:here|below) (?:this line )?is a copy of|below this line is (?:a|the)|the (?:body|header|first \d+ lines|original message|message) of (?:the|your) (?:original )?(?:message|mail) (?:is|follows)|the header of the original message|included is a copy of the message|original message (?:follows|headers?|text)|original message[ :]*(?:-|$)|(?:original|returned|unsent|undelivered|unsent) (?:message|mail)(?: info)?(?: follows| begins| is| below| text)?\b[ :.]*(?:-|$)|message (?:header|text)(?: follows)?[ :]*-{3}|message text follows|(?:start of )?(?:returned|forwarded) (?:message|headers?)\b|message headers? follows?|header of (?:the )?(?:returned|original) message|return(?:ed)? message\b|copy of (?:your|the) (?:original )?message|(?:the )?original mail as follows|(?:your|the) (?:original )?message (?:headers? )?(?:follows|is (?:included|attached|reproduced) below)|(?:文|原)[^\n]{0,10}(?:メール|邮件)|исходное сообщение|content-type: ?(?:message\/rfc822|text\/rfc822-headers))/i;

/** A field that begins the header of a returned mail without any mark, when more fields follow. */
const FIRST_FIELD =
  /^(?:Received|Return-Path|Message-ID|Delivered-To|DKIM-Signature|X-Originating-IP|From):|^From \S{1,320} +\w{3} \w{3} /i;
const FIELD = /^[A-Za-z][\w-]{1,60}:/;

/** Remains of MIME in the text of a mail with a broken boundary. */
const MIME_LINE = /^(?:Content-[\w-]{1,40}:|\s*boundary=|--\S{5,200}$)/i;

/** The text of a possible bounce, split into what the server wrote and what it returned. Bounded. */
export interface Letter {
  subject: string;
  from: Address | null;
  /** Addresses that received the letter: the sender of the mail that bounced. */
  to: ReadonlySet<string>;
  /** X-Failed-Recipients (Exim, Gmail, Mail.ru). */
  failedRecipients: readonly string[];
  /** The server's lines. */
  lines: readonly string[];
  /** The same lines as one text. */
  text: string;
  /** The returned mail, from the mark on; empty when there is none. */
  returned: string;
}

export interface LetterSource {
  header: { headers: readonly Header[]; subject: string | null; from: readonly Address[]; to: readonly Address[] };
  text: string | null;
  html: string | null;
}

export function letterOf({ header, text, html }: LetterSource): Letter {
  const whole = text?.trim() ? text.slice(0, READ_LENGTH) : quotingText((html ?? '').slice(0, READ_LENGTH));
  const lines = whole.split('\n', LINE_LIMIT).map((line) => line.slice(0, LINE_LENGTH).trimEnd());
  const cut = returnedAt(lines);
  const own = (cut === -1 ? lines : lines.slice(0, cut)).filter((line) => !MIME_LINE.test(line));
  return {
    subject: (header.subject ?? '').slice(0, 500),
    from: header.from[0] ?? null,
    to: new Set(header.to.map(({ address }) => address.toLowerCase())),
    failedRecipients: failedRecipients(header.headers),
    lines: own,
    text: own.join('\n'),
    returned: cut === -1 ? '' : lines.slice(cut).join('\n'),
  };
}

function returnedAt(lines: readonly string[]): number {
  return lines.findIndex((line, at) => {
    if (RETURNED_MARK.test(line)) return true;
    if (!FIRST_FIELD.test(line) || /\w/.test(lines[at - 1] ?? '')) return false;
    return lines.slice(at + 1, at + 7).filter((next) => FIELD.test(next)).length >= 2;
  });
}

function failedRecipients(headers: readonly Header[]): string[] {
  const found = headers
    .filter(({ name }) => name.toLowerCase() === 'x-failed-recipients')
    .flatMap(({ value }) => value.slice(0, 50_000).split(/[\s,]+/))
    .map((address) => address.replace(/^<|>$/g, ''))
    .filter((address) => address.includes('@'));
  return [...new Set(found)].slice(0, 1_000);
}
