import type { Scanner, Token } from './scan/scanner.ts';

/** A scanner with its source: bytes are read only when the scanner needs them. */
export class TokenStream {
  readonly scanner: Scanner;
  readonly #source: AsyncIterator<Buffer>;

  constructor(scanner: Scanner, source: AsyncIterable<Buffer>) {
    this.scanner = scanner;
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next token if its bytes are available: they usually are, and a promise costs more than a token. */
  poll(): Token | null {
    return this.scanner.next();
  }

  /** Rejects when the source does. */
  async next(): Promise<Token> {
    for (;;) {
      const token = this.scanner.next();
      if (token !== null) return token;
      const { done, value } = await this.#source.next();
      if (done === true) this.scanner.end();
      else this.scanner.push(value);
    }
  }
}
