/** One header field as it stands in the mail: unfolded, every byte one character (latin1), nothing decoded. */
export interface RawField {
  name: string;
  /** `name` in lower case: field names are compared without case (RFC 5322 §1.2.2). */
  key: string;
  value: string;
}

export interface SplitHeader {
  fields: RawField[];
  /** Lines that are neither field nor continuation. */
  malformed: string[];
  /** Fields with blanks before the colon (obsolete, RFC 5322 §4.5). */
  spaced: number;
  /** Lines that do not end in CR LF. */
  bareLineEnds: boolean;
  /** More fields than the limit: the rest was not read. */
  tooMany: boolean;
}

/**
 * Splits a header block into fields. Unfolding removes line breaks only (RFC 5322 §2.2.3).
 *
 * @param text the block, one character a byte
 */
export function splitHeaderBlock(text: string, newline: number, fieldLimit: number): SplitHeader {
  const separator = String.fromCharCode(newline);
  const result: SplitHeader = { fields: [], malformed: [], spaced: 0, bareLineEnds: false, tooMany: false };
  let current: RawField | null = null;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(separator, start);
    const next = found === -1 ? text.length : found + 1;
    let end = found === -1 ? text.length : found;
    if (found !== -1 && (newline !== 0x0a || text.charCodeAt(end - 1) !== 0x0d)) result.bareLineEnds = true;
    while (end > start && text.charCodeAt(end - 1) === 0x0d) end--;
    const first = text.charCodeAt(start);
    if (current !== null && (first === 0x20 || first === 0x09)) current.value += text.slice(start, end);
    else {
      current = readField(text, start, end, result);
      if (current !== null && result.fields.length === fieldLimit) {
        result.tooMany = true;
        return result;
      }
      if (current !== null) result.fields.push(current);
    }
    start = next;
  }
  return result;
}

function readField(text: string, start: number, end: number, result: SplitHeader): RawField | null {
  const line = text.slice(start, end).trimStart();
  const colon = line.indexOf(':');
  const name = colon === -1 ? '' : line.slice(0, colon).trimEnd();
  if (name === '' || /[^!-~]/.test(name)) {
    if (!(start === 0 && /^>?From /.test(line))) result.malformed.push(line);
    return null;
  }
  if (name.length !== colon) result.spaced++;
  return { name, key: name.toLowerCase(), value: line.slice(colon + 1) };
}

/** Value of the first field of that name, blanks around it removed; null when there is none. */
export function firstValue(fields: readonly RawField[], key: string): string | null {
  for (const field of fields) if (field.key === key) return field.value.trim();
  return null;
}

/** Values of all fields of that name. */
export function allValues(fields: readonly RawField[], key: string): string[] {
  return fields.filter((field) => field.key === key).map((field) => field.value.trim());
}
