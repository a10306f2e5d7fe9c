import { isDeepStrictEqual } from 'node:util';
import { printable, shortened } from '../core/log/printable.ts';
import type { ParsedMail } from '../core/mail/parsed-mail.ts';

/** One field of a document that the code of today would write differently. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/**
 * Not made from the bytes of a mail alone: what the replay itself changes, what the network answered, and whether a
 * second reader agreed.
 */
const NOT_COMPARED: ReadonlySet<string> = new Set(['revision', 'parser', 'auth', 'enrichment', 'steps', 'ambiguous']);

const SHOWN_LENGTH = 160;
/** Characters shown ahead of where two texts part. */
const CONTEXT = 20;

export function fieldChanges(before: ParsedMail, after: ParsedMail): FieldChange[] {
  const [old, now] = [comparable(before), comparable(after)];
  const fields = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...fields]
    .filter((field) => !NOT_COMPARED.has(field) && !isDeepStrictEqual(old[field], now[field]))
    .map((field) => ({ field, before: old[field], after: now[field] }));
}

/** `  subject: "Grüße" → "Grüsse"`, safe for a terminal; of long texts the place where they part. */
export function changeLine({ field, before, after }: FieldChange): string {
  const [old, now] = [shownText(before), shownText(after)];
  const start = Math.max(0, commonStart(old, now) - CONTEXT);
  const part = (text: string) => printable(shortened(`${start > 0 ? '…' : ''}${text.slice(start)}`, SHOWN_LENGTH));
  return `  ${field}: ${part(old)} → ${part(now)}\n`;
}

/** As it stands in JSON, so that an absent field and an undefined one are the same. */
function comparable(mail: ParsedMail): Record<string, unknown> {
  const defects = mail.defects.filter(({ code }) => code !== 'mime.ambiguous');
  return JSON.parse(JSON.stringify({ ...mail, defects }));
}

const shownText = (value: unknown): string => (value === undefined ? '(absent)' : JSON.stringify(value));

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}
