import { decodeText } from '../charset/decode-text.ts';
import { hexByte } from '../scan/hex.ts';

/** Maximum length of a charset name in an encoded word. */
const CHARSET_LENGTH = 80;

interface EncodedWord {
  charset: string;
  /** `b` or `q`. */
  encoding: string;
  text: string;
  end: number;
}

/**
 * Decodes the encoded words of RFC 2047 in unfolded header text. Adjacent words are joined before their bytes are
 * decoded, because mailers split characters between them. Linear.
 *
 * @param value one character per byte: mailers also leave raw bytes inside encoded words
 * @param literal decodes text outside encoded words
 * @param onInvalid called when the charset of a word is unknown, or its bytes are invalid in it
 */
export function decodeWords(value: string, literal: (text: string) => string, onInvalid = () => {}): string {
  const first = value.indexOf('=?');
  if (first === -1) return literal(value);
  const run = new WordRun(onInvalid);
  const finder = new WordFinder(value);
  let result = '';
  let position = 0;
  for (let start = first; start !== -1; ) {
    const word = finder.at(start);
    if (word === null) {
      start = value.indexOf('=?', start + 2);
      continue;
    }
    const between = value.slice(position, start);
    // White space between two encoded words is not shown (RFC 2047 §6.2).
    if (run.empty || between.trim() !== '') result += run.flush() + literal(between);
    if (!run.accepts(word)) result += run.flush();
    run.add(word);
    position = word.end;
    start = value.indexOf('=?', position);
  }
  return result + run.flush() + literal(value.slice(position));
}

const CHARSET_NAME = /=\?([\w.:()-]{1,80})(?:\*[\w-]*)?\?[bq]\?|\*=\s?"?([\w.:-]{1,80})'/iy;
const WORD_START = Buffer.from('=?');
const EXTENDED_START = Buffer.from('*=');

/** Charset names of the encoded words and extended parameters in a header block, in order. */
export function charsetsIn(block: Buffer): Set<string> {
  const labels = new Set<string>();
  let word = block.indexOf(WORD_START);
  let extended = block.indexOf(EXTENDED_START);
  if (word === -1 && extended === -1) return labels;
  const text = block.toString('latin1');
  while (word !== -1 || extended !== -1) {
    const isWord = word !== -1 && (extended === -1 || word < extended);
    CHARSET_NAME.lastIndex = isWord ? word : extended;
    const found = CHARSET_NAME.exec(text);
    if (found !== null) labels.add(found[1] ?? found[2] ?? '');
    const next = found === null ? (isWord ? word : extended) + 1 : CHARSET_NAME.lastIndex;
    if (word !== -1 && word < next) word = text.indexOf('=?', next);
    if (extended !== -1 && extended < next) extended = text.indexOf('*=', next);
  }
  return labels;
}

class WordFinder {
  readonly #value: string;
  /** Position of the next `?=`, as of the last search; -1 when there are no more. */
  #terminator = -2;

  constructor(value: string) {
    this.#value = value;
  }

  at(start: number): EncodedWord | null {
    const value = this.#value;
    const charsetEnd = value.indexOf('?', start + 2);
    if (charsetEnd === -1 || charsetEnd === start + 2 || charsetEnd > start + 2 + CHARSET_LENGTH) return null;
    const encoding = value.charAt(charsetEnd + 1).toLowerCase();
    if ((encoding !== 'b' && encoding !== 'q') || value.charAt(charsetEnd + 2) !== '?') return null;
    const textStart = charsetEnd + 3;
    if (this.#terminator !== -1 && this.#terminator < textStart) this.#terminator = value.indexOf('?=', textStart);
    if (this.#terminator === -1) return null;
    const next = value.indexOf('=?', textStart);
    if (next !== -1 && next + 1 < this.#terminator) return null;
    const charset = value.slice(start + 2, charsetEnd);
    if (/\s/.test(charset)) return null;
    return { charset, encoding, text: value.slice(textStart, this.#terminator), end: this.#terminator + 2 };
  }
}

/** Adjacent encoded words in one charset. */
class WordRun {
  #charset = '';
  readonly #bytes: Buffer[] = [];
  /** Base64 that ended in the middle of a group: some mailers split it anywhere. */
  #base64 = '';
  readonly #onInvalid: () => void;

  constructor(onInvalid: () => void) {
    this.#onInvalid = onInvalid;
  }

  get empty(): boolean {
    return this.#bytes.length === 0 && this.#base64 === '';
  }

  accepts(word: EncodedWord): boolean {
    return this.empty || word.charset.toLowerCase() === this.#charset;
  }

  add(word: EncodedWord): void {
    this.#charset = word.charset.toLowerCase();
    if (word.encoding === 'q') {
      this.#endBase64();
      this.#bytes.push(decodeQ(word.text));
      return;
    }
    this.#base64 += word.text;
    if (this.#base64.length % 4 === 0 || word.text.endsWith('=')) this.#endBase64();
  }

  flush(): string {
    this.#endBase64();
    if (this.#bytes.length === 0) return '';
    const only = this.#bytes.length === 1 ? this.#bytes[0] : undefined;
    const bytes = only ?? Buffer.concat(this.#bytes);
    this.#bytes.length = 0;
    const { text, defect } = decodeText(bytes, this.#charset, null);
    if (defect !== null) this.#onInvalid();
    return text;
  }

  #endBase64(): void {
    if (this.#base64 !== '') this.#bytes.push(Buffer.from(this.#base64, 'base64'));
    this.#base64 = '';
  }
}

/** The Q encoding (RFC 2047 §4.2). */
function decodeQ(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i] ?? 0;
    if (byte === 0x5f) byte = 0x20;
    else if (byte === 0x3d) {
      const code = hexByte(bytes, i + 1);
      if (code >= 0) {
        byte = code;
        i += 2;
      }
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}
