import type { Ambiguity } from '../ambiguity.ts';
import { SPACE, TAB } from './bytes.ts';

/** One raw header field: unfolded, one character (latin1) per byte, nothing decoded. */
export interface RawField {
  name: string;
  /** `name` in lower case: field names are case-insensitive (RFC 5322 §1.2.2). */
  key: string;
  value: string;
  /** Whether it continued on further lines (RFC 5322 §2.2.3). */
  folded: boolean;
}

/** A header block, split into fields. */
export interface HeaderBlock {
  bytes: Buffer;
  fields: RawField[];
  /** The first line that is neither field nor continuation; if the blank line is missing, the first of the body. */
  malformed: string | null;
  /** Fields with blanks before the colon (obsolete, RFC 5322 §4.5). */
  spaced: number;
  /** Whether some lines do not end in CR LF. */
  bareLineEnds: boolean;
  /** What other readers are known to read differently; null when there is nothing. */
  ambiguity: Ambiguity | null;
  /** More fields than the limit: the rest was not read. */
  tooMany: boolean;
  /** The block exceeded the limit of bytes: the rest was not read. */
  cut: boolean;
}

/** Turns the lines of one header block into fields. */
export class HeaderLines {
  bareLineEnds = false;
  /** The first thing that other readers are known to read differently. */
  ambiguity: Ambiguity | null = null;
  /** Whether blank lines preceded the first field. */
  blankFirst = false;
  /** Position of the first line since the last field that is neither field nor continuation; -1 when there is none. */
  stray = -1;
  readonly #fieldLimit: number;
  readonly #root: boolean;
  readonly #fields: RawField[] = [];
  #field: RawField | null = null;
  #begun = false;
  #malformed: string | null = null;
  #spaced = 0;
  #strayed = false;
  #tooMany = false;

  constructor(fieldLimit: number, root: boolean) {
    this.#fieldLimit = fieldLimit;
    this.#root = root;
  }

  /** Whether there were only blank lines so far, at the beginning of the message: they end no header. */
  get atStart(): boolean {
    return this.#root && !this.#begun;
  }

  /** @param position of the line in the window */
  add(text: string, start: number, end: number, position: number): void {
    const first = text.charCodeAt(start);
    const begun = this.#begun;
    this.#begun = true;
    if (!begun && this.blankFirst) this.ambiguity ??= 'blank_first_line';
    if (begun && (first === SPACE || first === TAB)) {
      // Unfolding removes only the line break (RFC 5322 §2.2.3); a tab is a blank like any other.
      if (this.#field === null) return;
      this.#field.value += first === TAB ? ` ${text.slice(start + 1, end)}` : text.slice(start, end);
      this.#field.folded = true;
      return;
    }
    // Blanks before the first line of a part are a mistake: it cannot continue anything. For a message it continues the
    // last
    // field of a trace, if a reader reads both together, and is no field here either.
    const nameStart = begun || this.#root ? start : skipBlanks(text, start, end);
    if (nameStart !== start) this.ambiguity ??= 'indented_first_line';
    const nameEnd = fieldNameEnd(text, nameStart, end);
    if (nameEnd === -1) this.#addStray(text.slice(start, end), begun, position);
    else this.#addField(text, nameStart, nameEnd, end);
  }

  #addField(text: string, start: number, nameEnd: number, end: number): void {
    this.stray = -1;
    if (this.#strayed) this.ambiguity ??= 'header_goes_on';
    const colon = text.indexOf(':', nameEnd);
    if (colon !== nameEnd) {
      this.#spaced++;
      this.ambiguity ??= 'blank_before_colon';
    }
    if (this.#fields.length === this.#fieldLimit) {
      this.#tooMany = true;
      this.#field = null;
      return;
    }
    const name = text.slice(start, nameEnd);
    this.#field = { name, key: name.toLowerCase(), value: text.slice(colon + 1, end), folded: false };
    this.#fields.push(this.#field);
  }

  #addStray(line: string, begun: boolean, position: number): void {
    // The line that mbox files put before a message, quoted or not.
    if (!begun && this.#root && /^>?From /.test(line)) {
      if (line.startsWith('>')) this.ambiguity ??= 'header_goes_on';
      return;
    }
    // A first line of blanks only is a field to no reader, and ends nothing.
    this.#strayed ||= begun || !this.#root || /\S/.test(line);
    this.#field = null;
    if (this.stray === -1) this.stray = position;
    this.#malformed ??= line;
  }

  block(bytes: Buffer, cut: boolean): HeaderBlock {
    if (this.stray !== -1 && this.#fields.length > 0) this.ambiguity ??= 'no_blank_line';
    return {
      bytes,
      fields: this.#fields,
      malformed: this.#malformed,
      spaced: this.#spaced,
      bareLineEnds: this.bareLineEnds,
      ambiguity: this.ambiguity,
      tooMany: this.#tooMany,
      cut,
    };
  }
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at++;
  return at;
}

/** End of a field name of printable ASCII that is followed by a colon, optionally after blanks; -1 without one. */
function fieldNameEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code <= SPACE || code > 0x7e || code === 0x3a) break;
    at++;
  }
  const colon = skipBlanks(text, at, end);
  return at > from && colon < end && text.charCodeAt(colon) === 0x3a ? at : -1;
}
