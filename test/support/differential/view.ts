import { createHash } from 'node:crypto';
import { MIME_LIMITS } from '../../../core/mail/limits.ts';
import { safeFilename } from '../../../core/mime/header/filename.ts';
import { displayText } from '../../../core/mime/header/header-text.ts';

/** The attachments that a reader finds, those of attached mails among them; a text when it gave the mail up. */
export type View = { name: string | null; hash: string }[] | string;

/** In an order and with names that do not depend on the reader. */
export function textOf(view: View): string {
  if (typeof view === 'string') return view;
  return view
    .map(({ name, hash }) => `${safeName(name)} ${hash}`)
    .sort()
    .join(', ');
}

/**
 * Names as this project shows them: without paths and control characters, which have defects of their own, and with
 * encoded words decoded, which programs on Python do themselves. How 8-bit text is guessed is left out.
 */
function safeName(name: string | null): string | null {
  const shown = name === null ? null : safeFilename(displayText(name, null), MIME_LIMITS.filenameLength, () => {});
  return shown?.replace(/[^ -~]+/g, '?') ?? null;
}

/** Of the bytes with every line end as LF and none at the end: readers differ about those of text. */
export function hashOf(body: Buffer): string {
  const text = body.toString('latin1').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  return createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 12);
}
