import { useState } from 'preact/hooks';
import { type Chosen, EMPTY, extended, toggled } from './choice.ts';

export interface Choice {
  ids: ReadonlySet<string>;
  /** Selects or deselects a mail. The next range starts here. */
  toggle: (id: string) => void;
  /** Selects every mail from the start of the range (or `from`) to this one, replacing the previous range. */
  extendTo: (id: string, from?: string) => void;
  clear: () => void;
}

/** The selection of mails to act on. @param rows ids in the order of the list */
export function useChoice(rows: () => readonly string[]): Choice {
  const [chosen, setChosen] = useState<Chosen>(EMPTY);
  return {
    ids: chosen.ids,
    toggle: (id) => setChosen((before) => toggled(before, id)),
    extendTo: (id, from) => setChosen((before) => extended(before, rows(), id, from)),
    clear: () => setChosen(EMPTY),
  };
}
