import { useState } from 'preact/hooks';
import { type Chosen, EMPTY, extended, toggled } from './choice.ts';

export interface Choice {
  ids: ReadonlySet<string>;
  /** Chooses a mail, or takes it back. The next range begins here. */
  toggle: (id: string) => void;
  /** Chooses every mail from where the range began (`from`, where none did) to this one, in place of the range before. */
  extendTo: (id: string, from?: string) => void;
  clear: () => void;
}

/** The mails chosen to do something with several at once. @param rows ids in the order of the list */
export function useChoice(rows: () => readonly string[]): Choice {
  const [chosen, setChosen] = useState<Chosen>(EMPTY);
  return {
    ids: chosen.ids,
    toggle: (id) => setChosen((before) => toggled(before, id)),
    extendTo: (id, from) => setChosen((before) => extended(before, rows(), id, from)),
    clear: () => setChosen(EMPTY),
  };
}
