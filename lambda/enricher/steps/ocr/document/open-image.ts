import { imageSize } from 'image-size';
import type { DocumentKind } from '../../../../../core/document/protocol.ts';
import { OCR_LIMITS } from '../limits.ts';
import { loadCanvas } from './canvas.ts';
import { isCutOff } from './cut-off.ts';
import { type Open, Refusal } from './refusal.ts';
import { tiffPages } from './tiff.ts';

const KINDS: Readonly<Record<string, DocumentKind>> = { png: 'png', jpg: 'jpeg', tiff: 'tiff', webp: 'webp' };

interface Size {
  width: number;
  height: number;
}

/** Sizes are read from the header, before anything is decoded. */
export const openImage: Open = async (bytes, { maxPages, drawWith }, answer) => {
  const { kind, sizes } = measure(bytes, maxPages);
  if (sizes.length > maxPages) throw new Refusal(`the image has more than ${maxPages} pages`);
  for (const size of sizes) checkSize(size);
  if (drawWith !== null && kind === 'tiff') throw new Refusal('TIFF images are not drawn here');
  const cutOff = isCutOff(kind, bytes);
  answer({ type: 'document', kind, pageCount: sizes.length, cutOff, textLayer: null, invoices: null });
  if (drawWith === null) return;
  const canvas = loadCanvas(drawWith);
  answer({ type: 'page', page: 1 }, canvas.asPng(await canvas.decode(bytes)));
};

function measure(bytes: Buffer, maxPages: number): { kind: DocumentKind; sizes: Size[] } {
  const pages = tiffPages(bytes, maxPages + 1);
  if (pages !== null) return { kind: 'tiff', sizes: pages };
  const { width, height, type } = sizeOf(bytes);
  const kind = KINDS[type ?? ''];
  if (kind === undefined) throw new Refusal('it is neither a PDF nor a PNG, JPEG, TIFF or WebP image');
  return { kind, sizes: [{ width, height }] };
}

function sizeOf(bytes: Buffer): ReturnType<typeof imageSize> {
  try {
    return imageSize(bytes);
  } catch {
    throw new Refusal('it is neither a PDF nor an image whose size can be read');
  }
}

/** Prevents image bombs: small files that would be gigabytes when decoded. */
function checkSize({ width, height }: Size): void {
  const { pixels, sidePixels } = OCR_LIMITS;
  const measured = `the image is ${width} × ${height} pixels`;
  if (!(width >= 1 && height >= 1)) throw new Refusal('the image has no size');
  if (Math.max(width, height) > sidePixels) throw new Refusal(`${measured}: a side may have ${sidePixels} at most`);
  if (width * height > pixels) throw new Refusal(`${measured}: it may have ${pixels} at most`);
}
