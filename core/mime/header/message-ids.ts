/** Linear: the lookbehind prevents a word without `@` from being retried at each of its letters. */
const WORD_WITH_AT = /(?<![^\s,<>])[^\s,<>@]*@[^\s,<>]*/g;

/**
 * Message ids (RFC 5322 §3.6.4) in order, without angle brackets. Ids without brackets count only if none has them;
 * phrases around ids (`Your message of …`, RFC 822) do not count. Linear.
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
