import { printable, shortened } from '../core/log/printable.ts';
import type { FieldChange } from '../core/operations/field-changes.ts';

const SHOWN_LENGTH = 160;
/** Characters shown before the first difference. */
const CONTEXT = 20;

/** `  subject: "Grüße" → "Grüsse"`, safe for a terminal; long texts are cut to the part that differs. */
export function changeLine({ field, before, after }: FieldChange): string {
  const [old, now] = [shownText(before), shownText(after)];
  const start = Math.max(0, commonStart(old, now) - CONTEXT);
  const part = (text: string) => printable(shortened(`${start > 0 ? '…' : ''}${text.slice(start)}`, SHOWN_LENGTH));
  return `  ${field}: ${part(old)} → ${part(now)}\n`;
}

const shownText = (value: unknown): string => (value === undefined ? '(absent)' : JSON.stringify(value));

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}
