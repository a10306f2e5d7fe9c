import { parseDate } from '../header/dates.ts';
import { firstValue } from '../header/fields.ts';
import { displayText, oneLine } from '../header/header-text.ts';
import type { CapturedPart } from '../reading.ts';
import type { RawField } from '../scan/header-lines.ts';
import { readFields } from '../scan/header-reader.ts';
import { linesWithLf } from '../text/line-ends.ts';

/** Fields of one group; reports have about ten. */
const FIELD_LIMIT = 100;
/** Maximum groups, and so recipients, of one report. */
const GROUP_LIMIT = 1_000;
/** Characters of one value. Diagnostic codes quote whole dialogues. */
const VALUE_LENGTH = 2_000;

/** One group of fields of a machine-readable report (RFC 3464 §2.1). */
export class ReportFields {
  readonly #fields: readonly RawField[];

  constructor(fields: readonly RawField[]) {
    this.#fields = fields;
  }

  /** Splits the group where a key repeats: some mailers put no blank line between recipients. */
  split(keys: ReadonlySet<string>): ReportFields[] {
    const parts: RawField[][] = [[]];
    let met = new Set<string>();
    for (const field of this.#fields) {
      if (keys.has(field.key) && met.has(field.key)) {
        parts.push([]);
        met = new Set();
      }
      met.add(field.key);
      parts.at(-1)?.push(field);
    }
    return parts.length === 1 ? [this] : parts.map((fields) => new ReportFields(fields));
  }

  has(key: string): boolean {
    return this.#fields.some((field) => field.key === key);
  }

  text(key: string): string | null {
    const value = firstValue(this.#fields, key);
    return value === null ? null : readable(value);
  }

  /** The value after the type of a typed field, `rfc822; ann@example.org` (RFC 3464 §2.1.2). */
  typed(key: string): string | null {
    const value = this.text(key);
    return value === null ? null : value.slice(value.indexOf(';') + 1).trim() || null;
  }

  /** A typed address, without the angle brackets that some mailers add. */
  address(key: string): string | null {
    return addressIn(this.text(key) ?? '');
  }

  /** All distinct typed addresses of a repeatable field. */
  addresses(key: string): string[] {
    return this.all(key).flatMap((value) => addressIn(value) ?? []);
  }

  date(key: string): string | null {
    const value = firstValue(this.#fields, key);
    return value === null ? null : parseDate(value);
  }

  /** All distinct values of a repeatable field. */
  all(key: string): string[] {
    return [...new Set(this.#fields.filter((field) => field.key === key).map(({ value }) => readable(value)))];
  }
}

type PartType = 'delivery-status' | 'disposition-notification' | 'feedback-report';

/** Groups of fields of the first part of that type, including `message/global-…` (RFC 6533); null without one. */
export function groupsOf(captured: readonly CapturedPart[], type: PartType): ReportFields[] | null {
  const part = captured.find(({ contentType }) => contentType.replace('/global-', '/') === `message/${type}`);
  return part === undefined ? null : fieldGroups(part.bytes);
}

/** Groups of fields separated by any number of blank lines. Linear. */
export function fieldGroups(bytes: Buffer): ReportFields[] {
  const groups: ReportFields[] = [];
  const text = linesWithLf(bytes.toString('latin1'));
  for (let at = 0; at < text.length && groups.length < GROUP_LIMIT; ) {
    const found = text.indexOf('\n\n', at);
    const end = found === -1 ? text.length : found + 1;
    const fields = readFields(Buffer.from(text.slice(at, end), 'latin1'), FIELD_LIMIT);
    if (fields.length > 0) groups.push(new ReportFields(fields));
    at = end + 1;
  }
  return groups;
}

function addressIn(value: string): string | null {
  return (
    value
      .slice(value.indexOf(';') + 1)
      .trim()
      .replace(/^<|>$/g, '')
      .trim() || null
  );
}

function readable(value: string): string {
  return oneLine(displayText(value.slice(0, VALUE_LENGTH), null))
    .replace(/\s+/g, ' ')
    .trim();
}
