import type { ParsedMail } from './parsed-mail.ts';

/** Largest first: what a consumer can most easily fetch from the document. */
const OMISSION_ORDER = ['html', 'text', 'headers', 'structure'] as const;

/**
 * The JSON for the queue, no longer than `limitBytes`. Fields are left out in a fixed order and named in `omitted`;
 * `document` points at the whole. A mail that is still too long then (thousands of attachments) loses the lists that
 * are left, longest first, so that a message always fits.
 */
export function fitForQueue(mail: ParsedMail, limitBytes: number): { body: string; omitted: string[] } {
  const omitted: string[] = [];
  let copy: ParsedMail = mail;
  const fits = () => Buffer.byteLength(JSON.stringify(copy)) <= limitBytes;
  const omit = (name: string, emptied: Partial<ParsedMail>) => {
    omitted.push(name);
    copy = { ...copy, ...emptied, omitted: [...omitted] };
  };
  for (const name of OMISSION_ORDER) {
    if (fits()) break;
    omit(name, { [name]: name === 'headers' ? [] : null });
  }
  while (!fits()) {
    const longest = longestList(copy);
    if (longest === null) break;
    omit(longest, { [longest]: [] });
  }
  return { body: JSON.stringify(copy), omitted };
}

function longestList(mail: ParsedMail): string | null {
  const lists = Object.entries(mail)
    .filter(([name, value]) => name !== 'omitted' && Array.isArray(value) && value.length > 0)
    .map(([name, value]) => ({ name, bytes: JSON.stringify(value).length }))
    .sort((a, b) => b.bytes - a.bytes);
  return lists[0]?.name ?? null;
}
