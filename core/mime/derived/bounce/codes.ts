/**
 * An enhanced status code of a failure (RFC 3463 §2) that is not part of an IP address or a version. Not the one after
 * 503, with which a server answers commands after its refusal.
 */
const STATUS = /(?<![\d.A-Za-z/-]|503[ -])(?:(?!503)[245]\d\d-)?([45]\.\d{1,3}\.\d{1,3})(?!\.?\d|[A-Za-z])/g;

/** A reply code in its usual surroundings: at a start, or after the punctuation that mailers put before it. */
const REPLY = /(?:^|[\s:<('"=])([45][0-5]\d)(?=[-\s:,]?\s?#?[45]\.\d{1,3}\.\d|[ -]|$|[:,)'"])/g;
/** Numbers that only look like reply codes: `Recipient 452 bytes`, `after 500 seconds`. */
const COUNTED = /^[ -](?:bytes?|seconds?|minutes?|hours?|messages?|recipients?|days?|kb|mb|octets)\b/i;

const EXAMINED = 4_000;

/** The most specific enhanced status code of a diagnostic: the first whose detail is not 0, otherwise the first. */
export function statusIn(text: string): string | null {
  let vague: string | null = null;
  for (const [, status = ''] of text.slice(0, EXAMINED).matchAll(STATUS)) {
    if (!status.endsWith('.0')) return status;
    if (vague === null || vague.endsWith('.0.0')) vague = status;
  }
  return vague;
}

/** The reply code (RFC 5321 §4.2): before an enhanced status code, otherwise the first in the position of one. */
export function replyCodeIn(text: string): string | null {
  const read = text.slice(0, EXAMINED);
  const both = /(?<![\d.])([45][0-5]\d)[-\s]#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(read);
  if (both !== null) return both[1] ?? null;
  for (const found of read.matchAll(REPLY)) {
    if (!COUNTED.test(read.slice(found.index + found[0].length, found.index + found[0].length + 12))) {
      return found[1] ?? null;
    }
  }
  return null;
}
