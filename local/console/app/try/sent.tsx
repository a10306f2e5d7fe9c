import { Note } from '../parts/badge.tsx';
import type { Sending } from './use-send.ts';

/** The reply of the edge, with a link to the mail. */
export function Sent({ sending: { sent, error } }: { sending: Sending }) {
  return (
    <div aria-live="polite" class="stack tight">
      {error !== null && <Note tone="bad">{error}</Note>}
      {sent?.map(({ id, reply }) => (
        <Note tone={id === null ? 'bad' : 'ok'}>
          <code>{reply}</code> {id !== null && <a href={`/mails/${id}`}>Open it</a>}
        </Note>
      ))}
    </div>
  );
}
