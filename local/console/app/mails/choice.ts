/** Mails that are chosen, and the range that Shift changes. */
export interface Chosen {
  ids: ReadonlySet<string>;
  /** Where the next range begins: the mail chosen last; null when none was. */
  anchor: string | null;
  /** What the range since then added. */
  range: readonly string[];
}

export const EMPTY: Chosen = { ids: new Set(), anchor: null, range: [] };

/** One mail more, or one fewer. */
export function toggled({ ids }: Chosen, id: string): Chosen {
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return { ids: changed, anchor: id, range: [] };
}

/**
 * Every mail between the anchor and `to`, in place of the range before: a range that was too long gets shorter again.
 *
 * @param rows ids in the order of the list
 * @param from the anchor where there is none yet
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
