/** Linear: the lookbehind keeps a word without `@` from being tried again at each of its letters. */
const WORD_WITH_AT = /(?<![^\s,<>])[^\s,<>@]*@[^\s,<>]*/g;

/**
 * Message ids (RFC 5322 §3.6.4) in the order they stand, without angle brackets. Ids without brackets count where
 * there are none with them; phrases around ids (`Your message of …`, RFC 822) do not. Linear.
 */
export function parseMessageIds(value: string): string[] {
  const ids: string[] = [];
  for (let open = value.indexOf('<'); open !== -1; ) {
    const close = value.indexOf('>', open);
    if (close === -1) break;
    const start = value.lastIndexOf('<', close);
    const id = value.slice(start + 1, close).replace(/\s/g, '');
    if (id !== '') ids.push(id);
    open = value.indexOf('<', close);
  }
  if (ids.length > 0) return ids;
  return value.match(WORD_WITH_AT) ?? [];
}
