/** Levels of an answer that are looked into; what is deeper is left out. */
const LEVELS = 32;

/**
 * An answer of a service as JSON that every reader takes: without NUL, which databases refuse; U+FFFD for half of a
 * surrogate pair (RFC 8259 §8.2). Of keys that become the same, the first counts (RFC 8259 §4).
 */
export function cleanAnswer(value: unknown, levels = LEVELS): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((each) => cleanAnswer(each, levels - 1));
  const clean = new Map<string, unknown>();
  for (const [key, each] of Object.entries(value)) {
    const name = cleanText(key);
    if (!clean.has(name)) clean.set(name, cleanAnswer(each, levels - 1));
  }
  return Object.fromEntries(clean);
}

const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed();
