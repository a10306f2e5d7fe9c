import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Canvas, Image, SKRSContext2D } from '@napi-rs/canvas';

/** Maximum pixels of a picture for OCR: A4 at 250 dpi has 6 million. More costs time without reading better. */
const MAX_PIXELS = 8_000_000;

type Package = typeof import('@napi-rs/canvas');

/** Draws pages. */
export interface CanvasLibrary {
  create(width: number, height: number): { canvas: Canvas; context: SKRSContext2D };
  decode(bytes: Buffer): Promise<Image>;
  asPng(image: Image): Uint8Array;
  /** What pdfjs expects of a browser. */
  globals: Pick<Package, 'DOMMatrix' | 'ImageData' | 'Path2D'>;
}

/** The canvas is native code and not part of the bundle. @param from folder in which its packages are searched for */
export function loadCanvas(from: string): CanvasLibrary {
  const library: Package = createRequire(join(from, 'package.json'))('@napi-rs/canvas');
  const create = (width: number, height: number) => {
    const canvas = library.createCanvas(width, height);
    return { canvas, context: canvas.getContext('2d') };
  };
  return {
    create,
    globals: library,
    decode: (bytes) => library.loadImage(bytes),
    asPng(image) {
      const scale = shrinkTo(image.width, image.height);
      const { canvas, context } = create(Math.ceil(image.width * scale), Math.ceil(image.height * scale));
      // Behind transparency: black text on nothing would be black on black.
      context.fillStyle = 'white';
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toBuffer('image/png');
    },
  };
}

/** Factor by which a picture of that size fits into MAX_PIXELS; 1 when it already does. */
export const shrinkTo = (width: number, height: number): number =>
  Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)));
