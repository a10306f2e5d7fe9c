import { SPACE, TAB } from '../scan/bytes.ts';
import { hexByte } from '../scan/hex.ts';

/** A raw parameter: RFC 2231 sections separate, quotes and comments removed, nothing decoded. */
interface Section {
  name: string;
  index: number;
  /** RFC 2231 §4: the value is percent-encoded; the first one names its charset. */
  extended: boolean;
  value: string;
}

const QUOTE = 0x22;
const PERCENT = 0x25;
const OPEN = 0x28;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** Characters after a quote to search for the quote that really ends the value. */
const QUOTE_LOOKAHEAD = 512;
/** Maximum parameters of one field. */
const PARAMETER_LIMIT = 200;
/** `name=` or `name*0*=`, where a parameter begins although the semicolon before it is missing. */
const PARAMETER_START = /[ \t]{1,16}[A-Za-z][\w-]{1,30}(?:\*\d{1,3})?\*?[ \t]{0,8}=/y;

/**
 * A structured MIME field (RFC 2045 §5.1, RFC 2231): a value and its parameters. Accepts what mailers write: missing
 * and doubled semicolons, unquoted blanks, unclosed quotes, quotes inside quotes.
 */
export class StructuredField {
  /** The text before the first parameter, comments removed, as written. */
  readonly value: string;
  /** A parameter began without a semicolon before it: other readers take it for part of the preceding value. */
  readonly unseparated: boolean;
  readonly #sections: Section[] = [];
  readonly #comments = new Map<string, string>();

  /** @param raw unfolded, one character per byte */
  constructor(raw: string) {
    if (raw === '') {
      this.value = '';
      this.unseparated = false;
      return;
    }
    const reader = new FieldReader(raw);
    this.value = reader.value();
    while (this.#sections.length < PARAMETER_LIMIT) {
      const parameter = reader.parameter();
      if (parameter === null) break;
      if (parameter.name === '') continue;
      this.#sections.push(sectionOf(parameter.name, parameter.value));
      if (parameter.comment !== '') this.#comments.set(parameter.name.toLowerCase(), parameter.comment);
    }
    this.unseparated = reader.unseparated;
  }

  /** The raw parameter, the first when there are several; null when there is none. */
  raw(name: string): string | null {
    return this.#sections.find((section) => section.name === name && !section.extended)?.value ?? null;
  }

  /** All distinct readings of a parameter that should occur once: its sections joined, and each one by itself. */
  variants(name: string): string[] {
    const sections = this.#sections.filter((section) => section.name === name);
    const whole = sections.length > 1 || sections[0]?.extended === true ? this.extended(name) : null;
    return [...new Set([...(whole === null ? [] : [whole.value]), ...sections.map(({ value }) => value)])];
  }

  /** What other readers read differently in the sections of a parameter; null when there is nothing. */
  ambiguity(name: string): 'parameter_twice' | 'parameter_sections' | 'single_quotes' | null {
    const first = this.#sections.find((section) => section.name === name);
    if (first === undefined) return null;
    const sections = this.#sections.filter((section) => section.name === name);
    if (sections.length === 1 && first.index === -1 && !first.extended) {
      return first.value.startsWith("'") ? 'single_quotes' : null;
    }
    // RFC 2231 is for text that people read: each reader decides for itself whether it applies to a boundary.
    if (name === 'boundary' && sections.some(({ index, extended }) => extended || index !== -1))
      return 'parameter_sections';
    const whole = sections.filter(({ index }) => index === -1);
    const plain = whole.filter(({ extended }) => !extended);
    if (plain.length > 1 || whole.length - plain.length > 1) return 'parameter_twice';
    if (plain.length === 1 && this.extended(name)?.value !== plain[0]?.value) return 'parameter_twice';
    const numbered = sections.filter(({ index }) => index !== -1);
    if (numbered.some(({ index }, i) => index !== i)) return 'parameter_sections';
    const extended = sections.filter((section) => section.extended);
    if (extended.length > 0 && !/^[^']*'[^']*'/.test(extended[0]?.value ?? '')) return 'parameter_sections';
    return extended.some(({ value }) => /%(?![0-9a-f]{2})/i.test(value)) ? 'parameter_sections' : null;
  }

  /** The comment directly after the value of a parameter, including its brackets. */
  comment(name: string): string | null {
    return this.#comments.get(name) ?? null;
  }

  /**
   * The parameter with its RFC 2231 sections joined: percent-encoded bytes with their charset, or the plain value with
   * charset null.
   */
  extended(name: string): { charset: string | null; value: string } | null {
    if (this.#sections.length === 0) return null;
    const sections = this.#sections.filter((section) => section.name === name);
    const numbered = sections.filter((section) => section.index >= 0 || section.extended);
    if (numbered.length === 0) {
      const value = sections[0]?.value;
      return value === undefined ? null : { charset: null, value };
    }
    numbered.sort((a, b) => a.index - b.index);
    const first = numbered[0];
    const language = first?.extended ? /^([^']*)'[^']*'/.exec(first.value) : null;
    const value = numbered
      .map((section, i) => {
        const text = i === 0 && language !== null ? section.value.slice(language[0].length) : section.value;
        return section.extended ? percentDecoded(text) : text;
      })
      .join('');
    return { charset: numbered.some((section) => section.extended) ? (language?.[1] ?? '') : null, value };
  }
}

function sectionOf(name: string, value: string): Section {
  if (!name.includes('*')) return { name: name.toLowerCase(), index: -1, extended: false, value };
  const parts = /^([^*]*)(?:\*(\d{1,9}))?(\*)?$/.exec(name);
  if (parts === null) return { name: name.toLowerCase(), index: -1, extended: false, value };
  const index = parts[2] === undefined ? -1 : Number(parts[2]);
  return { name: (parts[1] ?? '').toLowerCase(), index, extended: parts[3] !== undefined, value };
}

/** One character per byte, before and after. In place: `replace` with a function collects all matches first. */
function percentDecoded(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] === PERCENT ? hexByte(bytes, at + 1) : -1;
    bytes[length++] = code >= 0 ? code : (bytes[at] ?? 0);
    if (code >= 0) at += 2;
  }
  return bytes.toString('latin1', 0, length);
}

/** Reads a field from left to right, every character a bounded number of times. */
class FieldReader {
  unseparated = false;
  readonly #text: string;
  #at = 0;
  #comment = '';
  /** An unclosed bracket was found: later ones are not examined. */
  #bracketsOpen = false;

  constructor(text: string) {
    this.#text = text;
  }

  value(): string {
    return this.#unquoted(false).trim();
  }

  parameter(): { name: string; value: string; comment: string } | null {
    const text = this.#text;
    while (this.#at < text.length && (text.charCodeAt(this.#at) === SEMICOLON || isBlank(text, this.#at))) this.#at++;
    if (this.#at >= text.length) return null;
    const start = this.#at;
    while (this.#at < text.length && !endsName(text.charCodeAt(this.#at))) this.#at++;
    const name = withoutComments(text.slice(start, this.#at)).trim();
    if (text.charAt(this.#at) === '"') this.#at++;
    if (text.charAt(this.#at) !== '=') return { name: '', value: '', comment: '' };
    this.#at++;
    while (this.#at < text.length && isBlank(text, this.#at)) this.#at++;
    this.#comment = '';
    const value = text.charAt(this.#at) === '"' ? this.#quoted() : this.#unquoted(true).trim();
    return { name, value, comment: this.#comment };
  }

  /** Up to the semicolon, or to where the next parameter begins without one. */
  #unquoted(inParameter: boolean): string {
    const text = this.#text;
    let value = '';
    let start = this.#at;
    for (; this.#at < text.length; this.#at++) {
      const character = text.charCodeAt(this.#at);
      if (character === SEMICOLON) break;
      if (character === SPACE || character === TAB) {
        PARAMETER_START.lastIndex = this.#at;
        if (PARAMETER_START.test(text)) {
          this.unseparated = true;
          break;
        }
      } else if (character === OPEN && !this.#bracketsOpen && (!inParameter || this.#at > start)) {
        const end = commentEnd(text, this.#at);
        this.#bracketsOpen = end === -1;
        if (end === -1) continue;
        const comment = text.slice(this.#at, end);
        const spaced = /\s/.test(text.charAt(this.#at - 1));
        if (inParameter && !spaced) this.#comment += comment;
        value += text.slice(start, this.#at);
        start = end;
        this.#at = end - 1;
      }
    }
    return value + text.slice(start, this.#at);
  }

  /** The closing quote is the one followed by a semicolon, a parameter or nothing. */
  #quoted(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let firstQuote = -1;
    for (let i = start; i < text.length && (firstQuote === -1 || i < firstQuote + QUOTE_LOOKAHEAD); i++) {
      const character = text.charCodeAt(i);
      if (character === BACKSLASH) i++;
      else if (character === QUOTE) {
        if (firstQuote === -1) firstQuote = i;
        if (this.#endsParameter(i + 1)) return this.#closeQuote(start, i);
      }
    }
    if (firstQuote !== -1) return this.#closeQuote(start, firstQuote);
    const semicolon = text.indexOf(';', start);
    const end = semicolon === -1 ? text.length : semicolon;
    this.#at = end;
    return unescaped(text.slice(start, end)).trim();
  }

  #endsParameter(at: number): boolean {
    const text = this.#text;
    let i = at;
    while (i < text.length && i < at + 64 && (text.charAt(i) === ' ' || text.charAt(i) === '\t')) i++;
    if (i >= text.length || text.charAt(i) === ';' || text.charAt(i) === '(') return true;
    PARAMETER_START.lastIndex = at;
    return PARAMETER_START.test(text);
  }

  #closeQuote(start: number, end: number): string {
    this.#at = end + 1;
    this.#unquoted(true);
    return unescaped(this.#text.slice(start, end));
  }
}

function endsName(character: number): boolean {
  return character === EQUALS || character === SEMICOLON || character === QUOTE;
}

/** White space of any kind, as \\s has it. */
function isBlank(text: string, at: number): boolean {
  const character = text.charCodeAt(at);
  if (character > SPACE && character < 0x80) return false;
  return character === SPACE || /\s/.test(text.charAt(at));
}

/** Quoted pairs (RFC 822 §3.3). */
function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, '$1') : text;
}

function withoutComments(text: string): string {
  return text.includes('(') ? text.replace(/\([^()]*\)/g, '') : text;
}

/** Position after the bracket that closes the comment beginning at `at`; -1 when it never closes. */
function commentEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\') i++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return i + 1;
  }
  return -1;
}
