import type { DocumentKind } from '../../../../../core/document/protocol.ts';

/** Start of a JPEG's scan and end of the image (ITU T.81, B.1.1.3). Within a scan they cannot occur (B.1.1.5). */
const START_OF_SCAN = Buffer.from([0xff, 0xda]);
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
/** Length of a PNG's signature, and of a chunk without its data (PNG, 5.3). */
const PNG_SIGNATURE = 8;
const PNG_CHUNK = 12;

/** Whether the end of an image is missing, by its own structure. Data after the end does not count. */
export function isCutOff(kind: DocumentKind, bytes: Buffer): boolean {
  if (kind === 'jpeg') return bytes.lastIndexOf(END_OF_IMAGE) < bytes.lastIndexOf(START_OF_SCAN);
  if (kind === 'png') return !hasPngEnd(bytes);
  // The size after "RIFF" is that of the rest of the file (WebP container, "RIFF File Format").
  return kind === 'webp' && bytes.length >= 8 && bytes.readUInt32LE(4) + 8 > bytes.length;
}

function hasPngEnd(bytes: Buffer): boolean {
  for (let at = PNG_SIGNATURE; at + PNG_CHUNK <= bytes.length; at += PNG_CHUNK + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return true;
  }
  return false;
}
