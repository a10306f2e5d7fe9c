/** The start of a text, as a service is shown it. */
export interface Excerpt {
  /** In whole characters; half a surrogate pair has become U+FFFD. */
  text: string;
  /** Unicode code points. */
  characters: number;
  /** Where a code point begins in UTF-16, in `text` as in what it is the start of; null behind the end. */
  utf16Offset(codePoint: number): number | null;
}

/** As much of `whole` as fits into `maxBytes` of UTF-8. */
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
