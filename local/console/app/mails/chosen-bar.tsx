import { useState } from 'preact/hooks';
import { type Outcome, redriven, replayed } from '../data/repeat.ts';
import { Note } from '../parts/badge.tsx';
import { counted } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';

/** Ids that fit into one URL. */
const DOWNLOADED = 100;

/** Actions on several mails. It covers the filters, so that no row moves. */
export function ChosenBar({ ids, clear }: { ids: readonly string[]; clear: () => void }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (action: typeof redriven) => {
    setBusy(true);
    setOutcome(await action(ids));
    setBusy(false);
  };
  return (
    <section class="chosen-bar" aria-label="Selected mails">
      <div class="row">
        <b>{counted(ids.length, 'mail')} selected</b>
        <button class="button quiet push" type="button" onClick={clear}>
          Clear
        </button>
      </div>
      <div class="row">
        <button class="button" type="button" disabled={busy} onClick={() => run(redriven)}>
          <Icon name="repeat" /> Redrive
        </button>
        <button class="button" type="button" disabled={busy} onClick={() => run(replayed)}>
          <Icon name="repeat" /> Replay
        </button>
        {ids.length <= DOWNLOADED ? (
          <a class="button" href={`/api/download?${new URLSearchParams(ids.map((id) => ['id', id]))}`} download>
            <Icon name="download" /> Download
          </a>
        ) : (
          <span class="muted small">Download: up to {DOWNLOADED} at a time</span>
        )}
      </div>
      <div aria-live="polite">{outcome !== null && <Note tone={outcome.tone}>{outcome.text}</Note>}</div>
    </section>
  );
}
