/** Tags that a signature must have (RFC 6376 section 3.5). */
const REQUIRED = ['v', 'a', 'b', 'bh', 'd', 'h', 's'];
/** Tags that affect verification. */
const USED = [...REQUIRED, 'c', 'l', 'x', 't'];
const NUMBERS = ['l', 'x', 't'];

/** Tags as parsed by mailauth. */
export type ReadTags = Readonly<Record<string, unknown>>;

/**
 * What is wrong with the tags of a DKIM-Signature (RFC 6376 sections 3.2 and 6.1.1); null when nothing is. mailauth
 * 4.13.3 interprets quotes, escapes and comments, which a tag list does not have: with a "(" in `b=`, which is not
 * signed, anybody can hide the tags that follow, `x=` and `h=` among them.
 *
 * @param line the raw field
 * @param read the tags that mailauth found
 */
export function tagsFault(line: Buffer, read: ReadTags): string | null {
  const field = line.toString('latin1');
  const tags = new Map<string, string>();
  for (const part of field.slice(field.indexOf(':') + 1).split(';')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals)).trim();
    if (tags.has(name)) return `the tag ${name.slice(0, 20)}= occurs twice`;
    tags.set(name, part.slice(equals + 1).replace(/\s+/g, ''));
  }
  const missing = REQUIRED.find((name) => !tags.get(name));
  if (missing !== undefined) return `there is no ${missing}= tag`;
  if (tags.get('v') !== '1') return 'the version is not 1';
  if (NUMBERS.some((name) => !/^\d*$/.test(tags.get(name) ?? ''))) return 'a numeric tag is not a number';
  // mailauth treats that as no limit.
  if (/^0+$/.test(tags.get('l') ?? '')) return 'nothing of the body is signed';
  if (USED.some((name) => (tags.get(name) ?? '') !== textOf(read[name]))) return 'the tags have two possible readings';
  return isWithin(tags.get('i'), tags.get('d') ?? '') ? null : 'i= is not in the domain of d=';
}

/** mailauth drops leading zeros of numbers. */
function textOf(tag: unknown): string {
  const value = typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : '';
  return String(value).replace(/\s+/g, '');
}

function isWithin(identity: string | undefined, domain: string): boolean {
  if (identity === undefined) return true;
  const own = identity.slice(identity.lastIndexOf('@') + 1).toLowerCase();
  return own === domain.toLowerCase() || own.endsWith(`.${domain.toLowerCase()}`);
}
