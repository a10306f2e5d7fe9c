/** Selected mails, and the range that Shift changes. */
export interface Chosen {
  ids: ReadonlySet<string>;
  /** Start of the next range: the mail selected last; null when none was. */
  anchor: string | null;
  /** Mails that the current range added. */
  range: readonly string[];
}

export const EMPTY: Chosen = { ids: new Set(), anchor: null, range: [] };

/** Adds a mail to the selection or removes it. */
export function toggled({ ids }: Chosen, id: string): Chosen {
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return { ids: changed, anchor: id, range: [] };
}

/**
 * Selects every mail between the anchor and `to`, replacing the previous range, so that a range can shrink again.
 *
 * @param rows ids in the order of the list
 * @param from the anchor if there is none yet
 */
export function extended(before: Chosen, rows: readonly string[], to: string, from = to): Chosen {
  const begun = before.anchor !== null && rows.includes(before.anchor);
  const anchor = begun && before.anchor !== null ? before.anchor : from;
  const ids = new Set(before.ids);
  if (begun) for (const id of before.range) ids.delete(id);
  const [first = 0, last = 0] = [rows.indexOf(anchor), rows.indexOf(to)].sort((a, b) => a - b);
  const range = rows.slice(first, last + 1).filter((id) => !ids.has(id));
  for (const id of range) ids.add(id);
  return { ids, anchor, range };
}
