import { HOSTILE_HTML } from '../hostile-html.ts';
import { HOSTILE_BODIES, HOSTILE_FILES } from './content.ts';
import { HOSTILE_HEADERS } from './header.ts';
import { file, markup, multipart, word } from './parts.ts';
import { HOSTILE_REPORTS } from './reports.ts';

/** Each HTML trick as the HTML, the text, the subject and a file of a mail. */
const TRICKS = Object.fromEntries(
  Object.entries(HOSTILE_HTML).map(([trick, html]) => [
    `HTML: ${trick}`,
    multipart(
      'multipart/mixed',
      [
        [
          'Content-Type: text/html; charset=utf-8',
          'Content-Transfer-Encoding: base64',
          '',
          ...(Buffer.from(html)
            .toString('base64')
            .match(/.{1,76}/g) ?? []),
        ],
        file('text/plain', html.slice(0, 120), html.slice(0, 100_000)),
      ],
      [`Subject: ${word(html.slice(0, 300))}`],
    ),
  ]),
);

/** Mails in which an attacker writes markup into every field that a page prints, by place or trick. */
export const HOSTILE_MAILS: Readonly<Record<string, Buffer>> = {
  ...HOSTILE_HEADERS,
  ...HOSTILE_BODIES,
  ...HOSTILE_FILES,
  ...HOSTILE_REPORTS,
  ...TRICKS,
};

/** Stored where the pipeline writes, because the error in a failure can quote a mail. */
export const HOSTILE_ERROR = markup('last-error');
