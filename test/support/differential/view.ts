import { createHash } from 'node:crypto';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { safeFilename } from '../../../core/mime/header/filename.ts';
import { displayText } from '../../../core/mime/header/header-text.ts';

/** The attachments a reader finds, including those of attached mails; a string when it gave up on the mail. */
export type View = { name: string | null; hash: string }[] | string;

/** Renders a view independently of the reader's order and naming. */
export function textOf(view: View): string {
  if (typeof view === 'string') return view;
  return view
    .map(({ name, hash }) => `${safeName(name)} ${hash}`)
    .sort()
    .join(', ');
}

/**
 * Names as this project shows them: without paths and control characters, which have their own defects, and with
 * encoded words decoded, which Python programs do themselves. How a reader guesses 8-bit text is not compared.
 */
function safeName(name: string | null): string | null {
  const shown = name === null ? null : safeFilename(displayText(name, null), MIME_LIMITS.filenameLength, () => {});
  return shown?.replace(/[^ -~]+/g, '?') ?? null;
}

/** Hash with every line end as LF and none at the end, because readers differ on line ends in text. */
export function hashOf(body: Buffer): string {
  const text = body.toString('latin1').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  return createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 12);
}
