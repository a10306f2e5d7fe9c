import type { UnpackedFile } from './unpacked.ts';

const BEGIN = /^begin(-base64)? [0-7]{3,4}(?: +(.{0,250}))?$/;
/** Files found in one text. */
const FILE_LIMIT = 100;

/**
 * Finds uuencoded files (POSIX uuencode, its base64 form too) in a text. A line `begin 644 name` counts only when
 * encoded lines follow it. Linear: the lines behind one `begin` are looked at once, as none of them can be another.
 *
 * @param text lines separated by LF
 */
export function unpackUuencoded(text: string): UnpackedFile[] {
  if (!text.includes('begin') || !/(?:^|\n)begin(?:-base64)? [0-7]{3}/.test(text)) return [];
  const lines = text.split('\n');
  const files: UnpackedFile[] = [];
  for (let i = 0; i < lines.length && files.length < FILE_LIMIT; i++) {
    const line = lines[i] ?? '';
    const begin = line.startsWith('begin') ? BEGIN.exec(line) : null;
    if (begin === null) continue;
    const block = begin[1] === undefined ? uuBlock(lines, i + 1) : base64Block(lines, i + 1);
    if (block === null) continue;
    const name = (begin[2] ?? '').trim() || null;
    files.push({ name, contentType: 'application/octet-stream', contentId: null, bytes: block.bytes });
    i = block.last;
  }
  return files;
}

/** The encoded lines from `first` on; `last` is the line `end`, or the last encoded one when there is none. */
function uuBlock(lines: readonly string[], first: number): { bytes: Buffer; last: number } | null {
  const chunks: Buffer[] = [];
  let i = first;
  for (; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line === 'end' || line.trimEnd() === 'end') return { bytes: Buffer.concat(chunks), last: i };
    const decoded = line === '' ? Buffer.alloc(0) : uuLine(line);
    if (decoded === null) break;
    chunks.push(decoded);
  }
  const bytes = Buffer.concat(chunks);
  return bytes.length === 0 ? null : { bytes, last: i - 1 };
}

/** One line: its length in bytes, then four characters for three bytes. Null when it cannot be one. */
function uuLine(line: string): Buffer | null {
  if (!/^[ -`]+$/.test(line)) return null;
  const length = (line.charCodeAt(0) - 0x20) & 0x3f;
  const characters = Math.ceil(length / 3) * 4;
  // Gateways cut blanks at the end of lines; some encoders write a checksum character or two.
  if (line.length - 1 > characters + 2 || line.length - 1 < Math.floor(characters / 2)) return null;
  const bytes = Buffer.alloc((characters / 4) * 3);
  for (let group = 0; group * 4 < characters; group++) {
    let bits = 0;
    for (let i = 0; i < 4; i++) bits = (bits << 6) | (((line.charCodeAt(1 + group * 4 + i) || 0x20) - 0x20) & 0x3f);
    bytes.writeUIntBE(bits, group * 3, 3);
  }
  return bytes.subarray(0, length);
}

function base64Block(lines: readonly string[], first: number): { bytes: Buffer; last: number } | null {
  const end = lines.findIndex((line, i) => i >= first && !/^[A-Za-z0-9+/]+={0,2}$/.test(line));
  if (end === -1 || lines[end] !== '====') return null;
  return { bytes: Buffer.from(lines.slice(first, end).join(''), 'base64'), last: end };
}
