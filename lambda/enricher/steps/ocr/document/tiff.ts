import { Refusal } from './refusal.ts';

interface PageSize {
  width: number;
  height: number;
}

const WIDTH_TAG = 0x100;
const LENGTH_TAG = 0x101;
const ENTRY_BYTES = 12;

/**
 * Page sizes of a TIFF file (TIFF 6.0, section 2): its chain of directories, at most `most`. Null when it is not a
 * TIFF.
 * @throws Refusal when the chain leaves the file: what cannot be counted is not read
 */
export function tiffPages(bytes: Buffer, most: number): PageSize[] | null {
  const mark = bytes.subarray(0, 4).toString('latin1');
  const little = mark === 'II*\0';
  if (!little && mark !== 'MM\0*') return null;
  const short = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const pages: PageSize[] = [];
  try {
    for (let at = long(4); at !== 0 && pages.length < most; ) {
      const count = short(at);
      const size = { width: 0, height: 0 };
      for (let entry = at + 2; entry < at + 2 + count * ENTRY_BYTES; entry += ENTRY_BYTES) {
        // SHORT or LONG, in the first bytes of the value.
        const value = () => (short(entry + 2) === 3 ? short(entry + 8) : long(entry + 8));
        if (short(entry) === WIDTH_TAG) size.width = value();
        if (short(entry) === LENGTH_TAG) size.height = value();
      }
      pages.push(size);
      at = long(at + 2 + count * ENTRY_BYTES);
    }
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('the pages of the TIFF image cannot be counted');
    throw error;
  }
  if (pages.length === 0) throw new Refusal('the TIFF image has no pages');
  return pages;
}
