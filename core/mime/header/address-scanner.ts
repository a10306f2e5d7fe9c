/** One mailbox, or its pieces before it is decided which is the name and which the address. */
export interface MailboxPieces {
  /** Text outside brackets and comments, quotes removed. */
  phrase: string;
  /** The same with its quotes, to recognise `"a b"@example.com`; empty when there are angle brackets. */
  quotedPhrase: string;
  /** The text between `<` and `>`; null without them. */
  angle: string | null;
  comments: string[];
  group: string | null;
}

const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;

/** Characters that end a run of plain text. */
const SPECIAL = new Uint8Array(128);
for (const character of [QUOTE, OPEN, COMMA, COLON, SEMICOLON, LESS]) SPECIAL[character] = 1;
/** Maximum length of a domain literal. */
const LITERAL_LENGTH = 255;
const ENCODED_WORD = /=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=/y;

/**
 * Splits an address list (RFC 5322 §3.4, with the obsolete syntax of §4.4) into mailboxes in one pass. Accepts
 * anything: unclosed brackets, quotes and groups, semicolons between addresses, groups inside groups.
 */
export class AddressScanner {
  readonly #text: string;
  #at = 0;
  #group: string | null = null;
  #pieces: MailboxPieces = empty(null);
  /** The raw mailbox up to its last comment, without comments, and the position where it continues. */
  #uncommented = '';
  #start = 0;
  /** The text after the angle brackets of the mailbox; it belongs to the next mailbox if more brackets follow. */
  #behindAngle = '';
  #phraseHasAt = false;
  /** Position of the next `]`, as of the last search. */
  #bracketEnd = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next mailbox; null at the end. A group without members yields none. */
  next(): MailboxPieces | null {
    const text = this.#text;
    while (this.#at < text.length) {
      const done = this.#step(text.charCodeAt(this.#at));
      if (done !== null) return done;
    }
    return this.#finish(true);
  }

  #step(character: number): MailboxPieces | null {
    switch (character) {
      case QUOTE:
        this.#quoted();
        return null;
      case OPEN:
        this.#uncommented += this.#text.slice(this.#start, this.#at);
        this.#pieces.comments.push(this.#comment());
        this.#start = this.#at;
        return null;
      case LESS: {
        const before = this.#splitBeforeSecondAngle();
        this.#angle();
        return before;
      }
      case COMMA:
      case SEMICOLON: {
        const done = this.#finish(character === SEMICOLON);
        this.#at++;
        return done;
      }
      case COLON:
        this.#colon();
        return null;
      default:
        this.#plain();
        return null;
    }
  }

  #finish(endsGroup: boolean): MailboxPieces | null {
    const pieces = this.#pieces;
    if (pieces.angle === null) pieces.quotedPhrase = this.#withoutComments();
    if (endsGroup) this.#group = null;
    this.#begin(empty(this.#group), this.#at + 1);
    return pieces.phrase.trim() === '' && pieces.angle === null ? null : pieces;
  }

  /** @param start where the text of the mailbox begins */
  #begin(pieces: MailboxPieces, start: number): void {
    this.#pieces = pieces;
    this.#start = start;
    this.#uncommented = '';
    this.#behindAngle = '';
    this.#phraseHasAt = pieces.phrase.includes('@');
  }

  /** The raw mailbox up to here, without comments. */
  #withoutComments(): string {
    return this.#uncommented + this.#text.slice(this.#start, this.#at);
  }

  /** `A <a@x> B <b@x>`: the comma is missing. */
  #splitBeforeSecondAngle(): MailboxPieces | null {
    const pieces = this.#pieces;
    const phrase = this.#behindAngle;
    if (pieces.angle === null || !pieces.angle.includes('@') || phrase.trim() === '') return null;
    this.#begin({ ...empty(this.#group), phrase }, this.#at);
    return { ...pieces, phrase: pieces.phrase.slice(0, pieces.phrase.length - phrase.length) };
  }

  /** Everything up to the next significant character, including domain literals and encoded words. */
  #plain(): void {
    const text = this.#text;
    const start = this.#at;
    const colons = this.#colonIsPlain;
    let end = start;
    for (; end < text.length; end++) {
      const character = text.charCodeAt(end);
      if (character === BRACKET) end = Math.max(end, this.#literalEnd(end));
      else if (character === EQUALS) end += this.#encodedWordLength(end);
      else if (SPECIAL[character] === 1 && !(colons && character === COLON)) break;
    }
    this.#at = end;
    this.#append(text.slice(start, end));
  }

  #append(text: string): void {
    this.#pieces.phrase += text;
    if (this.#pieces.angle !== null) this.#behindAngle += text;
    this.#phraseHasAt ||= text.includes('@');
  }

  /** Encoded words may contain commas and brackets that a mailer did not encode. Returns the length; 0 for none. */
  #encodedWordLength(at: number): number {
    ENCODED_WORD.lastIndex = at;
    return ENCODED_WORD.test(this.#text) ? ENCODED_WORD.lastIndex - 1 - at : 0;
  }

  #quoted(): void {
    const text = this.#text;
    const start = this.#at + 1;
    let end = start;
    let escaped = false;
    while (end < text.length && text.charCodeAt(end) !== QUOTE) {
      if (text.charCodeAt(end) === BACKSLASH) {
        escaped = true;
        end++;
      }
      end++;
    }
    const content = text.slice(start, end);
    this.#at = end + 1;
    this.#append(escaped ? unescaped(content) : content);
  }

  #comment(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let depth = 0;
    let end = this.#at;
    for (; end < text.length; end++) {
      const character = text.charCodeAt(end);
      if (character === BACKSLASH) end++;
      else if (character === OPEN) depth++;
      else if (character === CLOSE && --depth === 0) break;
    }
    this.#at = end + 1;
    return unescaped(text.slice(start, end)).trim();
  }

  #angle(): void {
    const text = this.#text;
    const start = this.#at + 1;
    const route = isRoute(text, start);
    let inQuotes = false;
    let end = start;
    for (; end < text.length; end++) {
      const character = text.charCodeAt(end);
      if (character === QUOTE) inQuotes = !inQuotes;
      else if (inQuotes) end += character === BACKSLASH ? 1 : 0;
      else if (character === GREATER || character === LESS || (character === COMMA && !route)) break;
    }
    const content = text.slice(start, end);
    this.#at = text.charCodeAt(end) === GREATER ? end + 1 : end;
    this.#behindAngle = '';
    // With several brackets in one mailbox, the last that contains an address counts.
    if (this.#pieces.angle === null || content.includes('@')) this.#pieces.angle = content;
  }

  /** Position of the bracket that closes the domain literal beginning at `at`, such as `[IPv6:…]`; -1 without one. */
  #literalEnd(at: number): number {
    if (this.#bracketEnd < at) {
      const found = this.#text.indexOf(']', at);
      this.#bracketEnd = found === -1 ? this.#text.length : found;
    }
    return this.#bracketEnd < Math.min(this.#text.length, at + LITERAL_LENGTH) ? this.#bracketEnd : -1;
  }

  /** Groups cannot be nested, and no group can begin after an address. */
  get #colonIsPlain(): boolean {
    return this.#group !== null || this.#pieces.angle !== null || this.#phraseHasAt;
  }

  #colon(): void {
    if (this.#colonIsPlain) {
      this.#plain();
      return;
    }
    this.#at++;
    const name = this.#pieces.phrase.trim();
    this.#group = name;
    this.#begin(empty(name), this.#at);
  }
}

function empty(group: string | null): MailboxPieces {
  return { phrase: '', quotedPhrase: '', angle: null, comments: [], group };
}

/** `<@relay1,@relay2:user@host>`: the route of RFC 5322 §4.4, which contains commas. */
function isRoute(text: string, start: number): boolean {
  return /^\s{0,8}@/.test(text.slice(start, start + 9));
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text;
}
