/**
 * An enhanced status code of a failure (RFC 3463 §2) that is no piece of an IP address or a version. Not that of 503,
 * which a server says to what comes after its refusal.
 */
const STATUS = /(?<![\d.A-Za-z/-]|503[ -])(?:(?!503)[245]\d\d-)?([45]\.\d{1,3}\.\d{1,3})(?!\.?\d|[A-Za-z])/g;

/** A reply code with what stands around one: a start, or the punctuation that mailers set before it. */
const REPLY = /(?:^|[\s:<('"=])([45][0-5]\d)(?=[-\s:,]?\s?#?[45]\.\d{1,3}\.\d|[ -]|$|[:,)'"])/g;
/** Numbers that only look like reply codes: `Recipient 452 bytes`, `after 500 seconds`. */
const COUNTED = /^[ -](?:bytes?|seconds?|minutes?|hours?|messages?|recipients?|days?|kb|mb|octets)\b/i;

const LOOKED_AT = 4_000;

/** The most telling enhanced status code of a diagnostic: the first whose detail is not 0, else the first. */
export function statusIn(text: string): string | null {
  let vague: string | null = null;
  for (const [, status = ''] of text.slice(0, LOOKED_AT).matchAll(STATUS)) {
    if (!status.endsWith('.0')) return status;
    if (vague === null || vague.endsWith('.0.0')) vague = status;
  }
  return vague;
}

/** The reply code (RFC 5321 §4.2): in front of an enhanced status code, else the first that stands where one does. */
export function replyCodeIn(text: string): string | null {
  const read = text.slice(0, LOOKED_AT);
  const both = /(?<![\d.])([45][0-5]\d)[-\s]#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(read);
  if (both !== null) return both[1] ?? null;
  for (const found of read.matchAll(REPLY)) {
    if (!COUNTED.test(read.slice(found.index + found[0].length, found.index + found[0].length + 12))) {
      return found[1] ?? null;
    }
  }
  return null;
}
