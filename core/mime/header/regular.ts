/** RFC 2045 §5.1. */
const TOKEN = "[!#$%&'*+\\-.0-9A-Z^_`a-z{|}~]+";
/** RFC 5322 §3.2.4, with raw 8-bit text and without control characters; of quoted pairs only the necessary ones. */
const QUOTED = '"(?:[\\t -!#-\\[\\]-~\\x80-\\xff]|\\\\["\\\\])*"';
/** A token with raw 8-bit text (RFC 6532 §3). */
const TOKEN_8BIT = "[!#$%&'*+\\-.0-9A-Z^_`a-z{|}~\\x80-\\xff]+";
/** Unquoted, and more than a token: Python ends boundaries and names there; elsewhere nothing depends on the rest. */
const UNQUOTED = `(?!(?:boundary|name|filename)[ \\t]*=)${TOKEN}[ \\t]*=[ \\t]*[!#$%&'*+\\-./0-9:=?@A-Z^_\`a-z{|}~\\x80-\\xff]+`;
/**
 * A name with the drive of old Windows mailers, or an unquoted encoded word: common, and with the same extension for
 * all readers.
 */
const LOOSE_NAME = `(?!boundary[ \\t]*=)${TOKEN}[ \\t]*=[ \\t]*(?:"[A-Za-z]:\\\\[^"\\x00-\\x1f\\x7f]*"|=\\?[^\\s;"?]+\\?[BbQq]\\?[^\\s;"?]*\\?=)`;
const NOTHING = '[ \\t]*';

const REGULAR_PARAMETERS = `${NOTHING}(?:;${NOTHING}${TOKEN}=(?:${QUOTED}|${TOKEN_8BIT})${NOTHING})*;?${NOTHING}$`;
/** With blanks around `=`, doubled semicolons, and parameters that are empty or without a value. */
const UNDERSTOOD_PARAMETERS = `${NOTHING}(?:;${NOTHING}(?:(?:${TOKEN}${NOTHING}=${NOTHING}(?:${QUOTED}|${TOKEN_8BIT})|${UNQUOTED}|${LOOSE_NAME}|${TOKEN})${NOTHING})?)*$`;

const REGULAR_TYPE = new RegExp(`^${NOTHING}${TOKEN}/${TOKEN}${REGULAR_PARAMETERS}`);
const UNDERSTOOD_TYPE = new RegExp(`^${NOTHING}${TOKEN}/${TOKEN}${UNDERSTOOD_PARAMETERS}`, 'i');
const REGULAR_DISPOSITION = new RegExp(`^${NOTHING}${TOKEN}${REGULAR_PARAMETERS}`);
const UNDERSTOOD_DISPOSITION = new RegExp(`^${NOTHING}(?:${TOKEN})?${UNDERSTOOD_PARAMETERS}`, 'i');

/**
 * Whether a Content-Type matches RFC 2045 §5.1, comments removed.
 *
 * @param raw unfolded, one character per byte, everything after the colon
 */
export function isRegularType(raw: string): boolean {
  return REGULAR_TYPE.test(raw);
}

/** Whether all readers that we know read it alike, even if it is irregular. */
export function isUnderstoodType(raw: string): boolean {
  return UNDERSTOOD_TYPE.test(raw);
}

/** Whether a Content-Disposition matches RFC 2183 §2, comments removed. */
export function isRegularDisposition(raw: string): boolean {
  return REGULAR_DISPOSITION.test(raw);
}

/** Whether all readers that we know read it alike, even if it is irregular. */
export function isUnderstoodDisposition(raw: string): boolean {
  return UNDERSTOOD_DISPOSITION.test(raw);
}
