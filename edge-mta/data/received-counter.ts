const LF = 0x0a;
const NAME = 'received:';

/** Counts the Received fields of a streamed header (RFC 5321 §6.3). Buffers at most nine bytes. */
export class ReceivedCounter {
  count = 0;
  #lineStart = '';
  /** Bytes of the current line seen so far, buffered in `#lineStart` or skipped. */
  #column = 0;
  #inHeader = true;

  read(content: Buffer): void {
    let at = 0;
    while (this.#inHeader && at < content.length) {
      const lineFeed = content.indexOf(LF, at);
      const end = lineFeed === -1 ? content.length : lineFeed;
      if (this.#column < NAME.length) {
        this.#lineStart += content.toString('latin1', at, Math.min(end, at + NAME.length - this.#column));
      }
      this.#column += end - at;
      if (lineFeed === -1) return;
      this.#endLine();
      at = lineFeed + 1;
    }
  }

  #endLine(): void {
    const line = this.#lineStart;
    if (this.#column === 0 || line === '\r') this.#inHeader = false;
    else if (line.toLowerCase() === NAME) this.count++;
    this.#lineStart = '';
    this.#column = 0;
  }
}
