import type { Flow } from '../../api/api.ts';
import { Note } from '../parts/badge.tsx';
import { duration } from '../parts/format.ts';

/** A note while a fault is injected into the store; otherwise nothing. */
export function StoreNote({ store }: { store: Flow['store'] }) {
  if (store === null || store.mode === 'well') return null;
  return (
    <Note tone="warn">
      {store.mode === 'down'
        ? 'You have taken the store down: the edge answers 451, and senders retry. '
        : `You have slowed the store down: each answer takes ${duration(store.delayMs)} longer. `}
      <a href="/try">Change it under Try</a>
    </Note>
  );
}
