/** Levels of an answer to process; deeper ones are dropped. */
const LEVELS = 32;

/**
 * A service's answer as JSON that every reader accepts: without NUL, which databases refuse; U+FFFD for an unpaired
 * surrogate (RFC 8259 §8.2). Of keys that become equal, the first counts (RFC 8259 §4).
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
