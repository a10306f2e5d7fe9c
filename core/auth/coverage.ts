import { BODY_FIELDS, UNIQUE_FIELDS } from '../mail/unique-fields.ts';
import type { HeaderRow } from './signed-message.ts';

const SHOWN = [...UNIQUE_FIELDS, ...BODY_FIELDS] as const;

type ShownField = (typeof SHOWN)[number];

/** How much of what a mail shows a signature covers. */
export interface Coverage {
  /** Shown fields of which the signature covers every instance. */
  signedFields: ShownField[];
  /** Why that is too little for a verdict; null when it is enough. */
  gap: string | null;
}

/**
 * A signature covers the last instances of a field, as many as `h=` lists (RFC 6376 section 5.4.2). A reader that shows
 * the first one shows whatever somebody put in front of the signed mail (section 8.15). A field that occurs once and is
 * not signed is no gap: the signer left it to forwarders.
 *
 * @param signed names of the fields that the signature covers, once per instance, in lower case
 */
export function coverageOf(rows: readonly HeaderRow[], signed: readonly string[]): Coverage {
  const occurs = countsOf(rows.map(({ key }) => key));
  const covered = countsOf(signed);
  const present = SHOWN.filter((name) => occurs.has(name));
  const isSigned = (name: string) => (covered.get(name) ?? 0) >= (occurs.get(name) ?? 0);
  const repeated = present.find((name) => (occurs.get(name) ?? 0) > 1 && !isSigned(name));
  const gap = (occurs.has('from') && !isSigned('from')) || !covered.has('from') ? 'From is not signed' : null;
  return {
    signedFields: present.filter(isSigned),
    gap: gap ?? (repeated === undefined ? null : `${repeated} occurs more often than it is signed`),
  };
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
