/** The initial content of every dictionary (MS-OXRTFCP §2.1.2.1). */
const PRELOAD = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
const HEADER_BYTES = 16;
const WINDOW = 4096;

/**
 * Outlook's compressed RTF (MS-OXRTFCP): LZ77 with a window of 4 KB.
 *
 * @param limitBytes maximum size of the result
 * @returns null for anything else, a truncated text, or one that exceeds the limit
 */
export function decompressRtf(bytes: Buffer, limitBytes: number): Buffer | null {
  if (bytes.length < HEADER_BYTES) return null;
  const size = bytes.readUInt32LE(4);
  const type = bytes.readUInt32LE(8);
  if (type === UNCOMPRESSED) return bytes.subarray(HEADER_BYTES, HEADER_BYTES + size);
  if (type !== COMPRESSED || size > limitBytes) return null;
  // The window is the end of the output, with the preloaded dictionary before its beginning.
  const output = Buffer.alloc(PRELOAD.length + size);
  PRELOAD.copy(output);
  let length = PRELOAD.length;
  let at = HEADER_BYTES;
  while (at < bytes.length && length < output.length) {
    let flags = bytes[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < bytes.length && length < output.length; bit++, flags >>= 1) {
      if ((flags & 1) === 0) {
        output[length++] = bytes[at++] ?? 0;
        continue;
      }
      if (at + 1 >= bytes.length) return null;
      const reference = bytes.readUInt16BE(at);
      at += 2;
      // Offsets refer to a ring buffer whose position is the number of bytes written so far.
      const distance = (length - (reference >> 4)) & (WINDOW - 1);
      if (distance === 0) return output.subarray(PRELOAD.length, length);
      const end = Math.min(output.length, length + (reference & 0x0f) + 2);
      for (; length < end; length++) output[length] = output[length - distance] ?? 0;
    }
  }
  return output.subarray(PRELOAD.length, length);
}
