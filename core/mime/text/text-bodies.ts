import type { Reading } from '../reading.ts';
import type { UnpackedFile } from '../unpack/unpacked.ts';
import { unpackUuencoded } from '../unpack/uuencode.ts';
import type { TextPart } from './text-part.ts';

/** The texts of one message. */
export interface Texts {
  text: string | null;
  html: string | null;
}

/** What holds the text parts, and takes the files that are uuencoded inside them. */
interface TextHolder {
  readonly texts: readonly TextPart[];
  unpacked(parentPartId: string, files: readonly UnpackedFile[]): Promise<void>;
}

const PGP_MESSAGE = '-----BEGIN PGP MESSAGE-----';

/**
 * Decodes the text parts and puts them together, each kind by itself: what stands in one part after another is one
 * text with a line break between them. Files inside them stay in the text, too: it is always whole.
 *
 * @param hint charset that the rest of the mail uses
 */
export async function readTexts(holder: TextHolder, hint: string | null, reading: Reading): Promise<Texts> {
  const plain: string[] = [];
  const html: string[] = [];
  for (const part of holder.texts) {
    const { text, used, defect } = await part.decode(hint);
    const declared = part.entity.charset;
    reading.charsets.push({ partId: part.partId, declared, used });
    if (defect !== null) reading.defects.add(defect, part.partId, `declared ${declared ?? 'nothing'}, used ${used}`);
    if (part.cut) reading.defects.add('mime.text_limit', part.partId, `cut at ${reading.limits.textBytes} bytes`);
    if (text.includes(PGP_MESSAGE)) reading.defects.add('mime.encrypted', part.partId, 'PGP message in the text');
    (part.html ? html : plain).push(text);
    if (!part.html) await holder.unpacked(part.partId, unpackUuencoded(text));
  }
  return { text: joined(plain), html: joined(html) };
}

function joined(texts: string[]): string | null {
  if (texts.length <= 1) return texts[0] ?? null;
  return texts
    .filter((text) => text !== '')
    .map((text, i, all) => (i === all.length - 1 || text.endsWith('\n') ? text : `${text}\n`))
    .join('');
}
