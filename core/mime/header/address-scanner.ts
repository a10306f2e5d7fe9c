/** One mailbox or the pieces of it, before it is decided what is name and what is address. */
export interface MailboxPieces {
  /** Text outside brackets and comments, quotes removed. */
  phrase: string;
  /** The same with its quotes, to tell `"a b"@example.com`. */
  quotedPhrase: string;
  /** What stood between `<` and `>`; null without them. */
  angle: string | null;
  comments: string[];
  group: string | null;
}

/** Characters in which a domain literal must close. */
const LITERAL_LENGTH = 255;
const ENCODED_WORD = /=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=/y;

/**
 * Cuts an address list (RFC 5322 §3.4, with the obsolete syntax of §4.4) into mailboxes in one pass. Anything is
 * taken: brackets, quotes and groups that never close, semicolons between addresses, groups inside groups.
 */
export class AddressScanner {
  readonly #text: string;
  #at = 0;
  #group: string | null = null;
  #pieces: MailboxPieces = empty(null);
  #phraseBeforeAngle = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next mailbox; null at the end. A group without members gives none. */
  next(): MailboxPieces | null {
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text.charAt(this.#at);
      switch (character) {
        case '"':
          this.#quoted();
          break;
        case '(':
          this.#pieces.comments.push(this.#comment());
          break;
        case '<': {
          const before = this.#splitBeforeSecondAngle();
          this.#angle();
          if (before !== null) return before;
          break;
        }
        case '[':
          this.#literal();
          break;
        case ',':
        case ';': {
          this.#at++;
          const done = this.#finish(character === ';');
          if (done !== null) return done;
          break;
        }
        case ':':
          this.#colon();
          break;
        case '=':
          this.#encodedWord();
          break;
        default:
          this.#plain();
      }
    }
    return this.#finish(true);
  }

  /** `A <a@x> B <b@x>`: the comma is missing. */
  #splitBeforeSecondAngle(): MailboxPieces | null {
    const pieces = this.#pieces;
    if (pieces.angle === null || !pieces.angle.includes('@') || pieces.phrase.length === this.#phraseBeforeAngle) {
      return null;
    }
    const next = empty(this.#group);
    next.phrase = pieces.phrase.slice(this.#phraseBeforeAngle);
    if (next.phrase.trim() === '') return null;
    pieces.phrase = pieces.phrase.slice(0, this.#phraseBeforeAngle);
    this.#pieces = next;
    return pieces;
  }

  #finish(endsGroup: boolean): MailboxPieces | null {
    const pieces = this.#pieces;
    if (endsGroup) this.#group = null;
    this.#pieces = empty(this.#group);
    return pieces.phrase.trim() === '' && pieces.angle === null ? null : pieces;
  }

  /** Everything up to the next character that means something. */
  #plain(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !/["(<[,;:=]/.test(this.#text.charAt(this.#at))) this.#at++;
    this.#append(this.#text.slice(start, this.#at));
  }

  #append(text: string, quoted = text): void {
    this.#pieces.phrase += text;
    this.#pieces.quotedPhrase += quoted;
  }

  /** Encoded words may hold commas and brackets where a mailer did not encode them. */
  #encodedWord(): void {
    ENCODED_WORD.lastIndex = this.#at;
    const word = ENCODED_WORD.exec(this.#text)?.[0] ?? '=';
    this.#at += word.length;
    this.#append(word);
  }

  #quoted(): void {
    const text = this.#text;
    const start = this.#at++;
    let content = '';
    while (this.#at < text.length && text.charAt(this.#at) !== '"') {
      if (text.charAt(this.#at) === '\\' && this.#at + 1 < text.length) this.#at++;
      content += text.charAt(this.#at++);
    }
    this.#at++;
    this.#append(content, text.slice(start, this.#at));
  }

  #comment(): string {
    const text = this.#text;
    let depth = 0;
    let content = '';
    for (; this.#at < text.length; this.#at++) {
      const character = text.charAt(this.#at);
      if (character === '\\' && this.#at + 1 < text.length) {
        content += text.charAt(++this.#at);
        continue;
      }
      if (character === '(' && depth++ === 0) continue;
      if (character === ')' && --depth === 0) break;
      content += character;
    }
    this.#at++;
    return content.trim();
  }

  #angle(): void {
    const text = this.#text;
    const start = ++this.#at;
    let inQuotes = false;
    for (; this.#at < text.length; this.#at++) {
      const character = text.charAt(this.#at);
      if (character === '\\' && inQuotes) this.#at++;
      else if (character === '"') inQuotes = !inQuotes;
      else if (!inQuotes && (character === '>' || character === '<')) break;
      else if (!inQuotes && character === ',' && !this.#isRoute(start)) break;
    }
    const content = text.slice(start, this.#at);
    if (text.charAt(this.#at) === '>') this.#at++;
    this.#phraseBeforeAngle = this.#pieces.phrase.length;
    // Several brackets in one mailbox: the last that holds an address counts.
    if (this.#pieces.angle === null || content.includes('@')) this.#pieces.angle = content;
  }

  /** `<@relay1,@relay2:user@host>`: the route of RFC 5322 §4.4, which has commas. */
  #isRoute(start: number): boolean {
    return /^\s{0,8}@/.test(this.#text.slice(start, start + 9));
  }

  /** A domain literal: `[IPv6:…]` has colons. */
  #literal(): void {
    const close = this.#text.slice(this.#at, this.#at + LITERAL_LENGTH).indexOf(']');
    const end = this.#at + Math.max(1, close + 1);
    this.#append(this.#text.slice(this.#at, end));
    this.#at = end;
  }

  #colon(): void {
    this.#at++;
    const name = this.#pieces.phrase.trim();
    if (this.#group !== null || this.#pieces.angle !== null || name.includes('@')) {
      this.#append(':');
      return;
    }
    this.#group = name;
    this.#pieces = empty(name);
  }
}

function empty(group: string | null): MailboxPieces {
  return { phrase: '', quotedPhrase: '', angle: null, comments: [], group };
}
