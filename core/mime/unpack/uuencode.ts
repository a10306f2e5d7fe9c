import type { UnpackedFile } from './unpacked.ts';

const BEGIN = /^begin(-base64)? [0-7]{3,4}(?: +(.{0,250}))?$/;
/** Maximum files in one text. */
const FILE_LIMIT = 100;

/**
 * Finds uuencoded files (POSIX uuencode, including its base64 form) in a text. A line `begin 644 name` counts only if
 * encoded lines follow it. Linear: the lines after one `begin` are examined once, because none of them can be another.
 *
 * @param text lines separated by LF
 */
export function unpackUuencoded(text: string): UnpackedFile[] {
  const files: UnpackedFile[] = [];
  for (let at = nextBegin(text, 0); at !== -1 && files.length < FILE_LIMIT; ) {
    const lines = new Lines(text, at);
    const begin = BEGIN.exec(lines.next() ?? '');
    const bytes = begin === null ? null : begin[1] === undefined ? uuBlock(lines) : base64Block(lines);
    if (begin !== null && bytes !== null) {
      const name = (begin[2] ?? '').trim() || null;
      files.push({ name, contentType: 'application/octet-stream', contentId: null, bytes });
    }
    at = nextBegin(text, lines.at);
  }
  return files;
}

/** Start of the next line that begins with `begin`; -1 when there is none. */
function nextBegin(text: string, from: number): number {
  if (from > text.length) return -1;
  if (text.startsWith('begin', from)) return from;
  const found = text.indexOf('\nbegin', from);
  return found === -1 ? -1 : found + 1;
}

/** The lines of a text from a position on: a list of all of them would be many times as large as the text. */
class Lines {
  /** Start of the next line; beyond the end when there is none. */
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  next(): string | null {
    if (this.at > this.#text.length) return null;
    const found = this.#text.indexOf('\n', this.at);
    const end = found === -1 ? this.#text.length : found;
    const line = this.#text.slice(this.at, end);
    this.at = end + 1;
    return line;
  }
}

/** The encoded lines, up to `end` or to the last valid one; null when there are none. */
function uuBlock(lines: Lines): Buffer | null {
  const output = new Output();
  for (let before = lines.at; ; before = lines.at) {
    const line = lines.next();
    if (line === null) break;
    if (line === 'end' || line.trimEnd() === 'end') return output.bytes();
    if (line !== '' && !uuLine(line, output)) {
      lines.at = before;
      break;
    }
  }
  const bytes = output.bytes();
  return bytes.length === 0 ? null : bytes;
}

/** One line: its length in bytes, then four characters for three bytes. False when it cannot be one. */
function uuLine(line: string, output: Output): boolean {
  if (!/^[ -`]+$/.test(line)) return false;
  const length = sixBits(line, 0);
  const characters = Math.ceil(length / 3) * 4;
  // Gateways strip blanks at the end of lines; some encoders append a checksum character or two.
  if (line.length - 1 > characters + 2 || line.length - 1 < Math.floor(characters / 2)) return false;
  for (let at = 1, left = length; left > 0; at += 4, left -= 3) {
    const bits =
      (sixBits(line, at) << 18) | (sixBits(line, at + 1) << 12) | (sixBits(line, at + 2) << 6) | sixBits(line, at + 3);
    for (let shift = 16; shift >= 16 - 8 * (Math.min(left, 3) - 1); shift -= 8) output.add(bits >> shift);
  }
  return true;
}

function sixBits(line: string, at: number): number {
  return ((line.charCodeAt(at) || 0x20) - 0x20) & 0x3f;
}

/** Collects single bytes. */
class Output {
  #room: Buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  add(byte: number): void {
    if (this.#length === this.#room.length) this.#room = Buffer.concat([this.#room], 2 * this.#length);
    this.#room[this.#length++] = byte;
  }

  /** A copy: the buffer is up to twice as large. */
  bytes(): Buffer {
    return Buffer.from(this.#room.subarray(0, this.#length));
  }
}

function base64Block(lines: Lines): Buffer | null {
  const encoded: string[] = [];
  for (let before = lines.at; ; before = lines.at) {
    const line = lines.next();
    if (line === '====') return Buffer.from(encoded.join(''), 'base64');
    if (line === null || !/^[A-Za-z0-9+/]+={0,2}$/.test(line)) {
      lines.at = before;
      return null;
    }
    encoded.push(line);
  }
}
