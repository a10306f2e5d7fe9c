/** The start of a text, as sent to a service. */
export interface Excerpt {
  /** In whole characters; an unpaired surrogate has become U+FFFD. */
  text: string;
  /** Unicode code points. */
  characters: number;
  /** UTF-16 offset of a code point, in `text` as in the whole; null after the end. */
  utf16Offset(codePoint: number): number | null;
}

/** As much of `whole` as fits in `maxBytes` of UTF-8. */
export function excerptOf(whole: string, maxBytes: number): Excerpt {
  const bytes = Buffer.alloc(maxBytes);
  const { written } = new TextEncoder().encodeInto(whole, bytes);
  const text = bytes.toString('utf8', 0, written);
  const offsets: number[] = [];
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) offsets.push(at);
  const characters = offsets.length;
  offsets.push(text.length);
  return { text, characters, utf16Offset: (codePoint) => offsets[codePoint] ?? null };
}
