import { isDeepStrictEqual } from 'node:util';
import type { ParsedMail } from '../mail/parsed-mail.ts';

/** One field of a document that the current code would write differently. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/**
 * Fields that do not depend on the bytes of a mail alone: what the replay itself changes, what the network answered,
 * and whether a second reader agreed.
 */
const NOT_COMPARED: ReadonlySet<string> = new Set(['revision', 'parser', 'auth', 'enrichment', 'steps', 'ambiguous']);

/** The top-level fields in which two documents of one mail differ, in the order of the document. */
export function fieldChanges(before: ParsedMail, after: ParsedMail): FieldChange[] {
  const [old, now] = [comparable(before), comparable(after)];
  const fields = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...fields]
    .filter((field) => !NOT_COMPARED.has(field) && !isDeepStrictEqual(old[field], now[field]))
    .map((field) => ({ field, before: old[field], after: now[field] }));
}

/** Through JSON, so that an absent field equals an undefined one. */
function comparable(mail: ParsedMail): Record<string, unknown> {
  const defects = mail.defects.filter(({ code }) => code !== 'mime.ambiguous');
  return JSON.parse(JSON.stringify({ ...mail, defects }));
}
