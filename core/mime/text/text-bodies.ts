import type { Reading } from '../reading.ts';
import type { UnpackedFile } from '../unpack/unpacked.ts';
import { unpackUuencoded } from '../unpack/uuencode.ts';
import type { TextPart } from './text-part.ts';

/** The texts of one message. */
export interface Texts {
  text: string | null;
  html: string | null;
  /** Uuencoded files inside them. */
  packed: { partId: string; files: UnpackedFile[] }[];
}

const PGP_MESSAGE = '-----BEGIN PGP MESSAGE-----';

/**
 * Decodes the text parts and concatenates them, separately for each kind: consecutive parts become one text with a line
 * break between them. Files inside them also stay in the text, which is always complete.
 *
 * @param hint charset that the rest of the mail uses
 */
export function readTexts(parts: readonly TextPart[], hint: string | null, reading: Reading): Texts {
  const plain: string[] = [];
  const html: string[] = [];
  const packed: Texts['packed'] = [];
  for (const part of parts) {
    const { partId } = part;
    const { text, used, defect } = part.decode(hint);
    const declared = part.entity.charset;
    reading.charsets.push({ partId, declared, used });
    if (defect !== null) reading.defects.add(defect, partId, `declared ${declared ?? 'nothing'}, used ${used}`);
    if (part.cut) reading.defects.add('mime.text_limit', partId, `cut at ${reading.limits.textBytes} bytes`);
    (part.html ? html : plain).push(text);
    if (part.html) continue;
    if (text.includes(PGP_MESSAGE)) reading.defects.add('mime.encrypted', partId, 'PGP message in the text');
    const files = unpackUuencoded(text);
    if (files.length > 0) packed.push({ partId, files });
  }
  return { text: joined(plain), html: joined(html), packed };
}

function joined(texts: string[]): string | null {
  if (texts.length <= 1) return texts[0] ?? null;
  return texts
    .filter((text) => text !== '')
    .map((text, i, all) => (i === all.length - 1 || text.endsWith('\n') ? text : `${text}\n`))
    .join('');
}
