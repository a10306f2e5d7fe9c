import type { MailContent } from '../../mail/parsed-mail.ts';
import { quotingText } from '../../mime/derived/html-text.ts';

/** Characters of HTML to convert to text: style sheets fill the first tens of thousands of a newsletter. */
const HTML_LENGTH = 128 * 1024;

export type TextContent = Pick<MailContent, 'text' | 'html' | 'reply'>;

/**
 * What the sender wrote: the new text of a reply, otherwise the text, otherwise that of the HTML; only its beginning,
 * because a long mail must not cost more. Null when there is none.
 */
export function ownText({ text, html, reply }: TextContent, length: number): string | null {
  for (const written of [reply?.text, text]) {
    if (written && /\S/.test(written)) return written.slice(0, length);
  }
  const made = html === null ? '' : quotingText(html.slice(0, HTML_LENGTH), length);
  return /\S/.test(made) ? made.slice(0, length) : null;
}
