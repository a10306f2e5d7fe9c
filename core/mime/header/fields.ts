import type { RawField } from '../scan/header-lines.ts';

/** Value of the first field of that name, trimmed; null when there is none. */
export function firstValue(fields: readonly RawField[], key: string): string | null {
  for (const field of fields) if (field.key === key) return field.value.trim();
  return null;
}

/** Values of all fields of that name. */
export function allValues(fields: readonly RawField[], key: string): string[] {
  return fields.filter((field) => field.key === key).map((field) => field.value.trim());
}
