import type { MimeLimits } from '../../mail/limits.ts';
import type { Packing } from '../leaf-kinds.ts';
import { linesWithLf } from '../text/line-ends.ts';
import { unpackBinhex } from './binhex.ts';
import { unpackTnef } from './tnef.ts';
import type { Unpacking } from './unpacked.ts';
import { unpackUuencoded } from './uuencode.ts';

/** Extracts the files of a packed attachment. Never throws because of its content. */
export function unpack(packing: Packing, bytes: Buffer, limits: MimeLimits): Unpacking {
  switch (packing) {
    case 'tnef':
      return unpackTnef(bytes, limits);
    case 'binhex':
      return unpackBinhex(bytes, limits.unpackBytes);
    case 'uuencode':
      return unpackUuencode(bytes);
  }
}

/** A part whose transfer encoding is `x-uuencode`. */
function unpackUuencode(bytes: Buffer): Unpacking {
  const files = unpackUuencoded(linesWithLf(bytes.toString('latin1')));
  return { files, problem: files.length === 0 ? 'it does not begin with "begin"' : null };
}
