import { useState } from 'preact/hooks';
import type { ReplayDiff } from '../../api/api.ts';
import { type Outcome, replayed } from '../data/repeat.ts';
import { useAnswer } from '../data/use-answer.ts';
import { Note } from '../parts/badge.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { counted } from '../parts/format.ts';

/** Shows what the current code would read differently, before the replay is started. */
export function ReplayDialog({ id, close }: { id: string; close: () => void }) {
  const { answer, error } = useAnswer('GET /api/mails/:id/replay', { id });
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  return (
    <Dialog title="Replay this mail" close={close}>
      <p class="muted">
        A replay parses the stored bytes with the current code. Consumers receive the mail again as its next revision.
      </p>
      <div class="dialog-body" aria-live="polite">
        {error !== null && <Note tone="bad">{error.message}</Note>}
        {answer === null && error === null && <p class="muted">Reading the mail again…</p>}
        {answer !== null && <Changes changes={answer.changes} />}
        {outcome !== null && <Note tone={outcome.tone}>{outcome.text}</Note>}
      </div>
      <div class="row end">
        <button class="button" type="button" onClick={close}>
          {outcome === null ? 'Cancel' : 'Close'}
        </button>
        {outcome === null && (
          <button class="button primary" type="button" onClick={async () => setOutcome(await replayed([id]))}>
            Replay
          </button>
        )}
      </div>
    </Dialog>
  );
}

function Changes({ changes }: { changes: ReplayDiff['changes'] }) {
  if (changes.length === 0) return <Note tone="ok">The document would not change.</Note>;
  return (
    <>
      <p>{counted(changes.length, 'field')} would change:</p>
      <div class="scroll-x">
        <table class="diff">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Stored</th>
              <th scope="col">New reading</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ field, before, after }) => (
              <tr>
                <th scope="row">
                  <code>{field}</code>
                </th>
                <td class="mono before">
                  <bdi>{before ?? 'none'}</bdi>
                </td>
                <td class="mono after">
                  <bdi>{after ?? 'none'}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
