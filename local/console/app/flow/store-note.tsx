import type { Flow } from '../../api/api.ts';
import { Note } from '../parts/badge.tsx';
import { duration } from '../parts/format.ts';

/** Says that the store is slow or down on purpose; nothing otherwise. */
export function StoreNote({ store }: { store: Flow['store'] }) {
  if (store === null || store.mode === 'well') return null;
  return (
    <Note tone="warn">
      {store.mode === 'down'
        ? 'The store is down on purpose: the edge answers 451, and senders try again. '
        : `The store is slow on purpose: each answer takes ${duration(store.delayMs)} longer. `}
      <a href="/try">Change it under Try</a>
    </Note>
  );
}
