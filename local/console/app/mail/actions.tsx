import { useState } from 'preact/hooks';
import type { MailDetail } from '../../api/api.ts';
import { type Outcome, redriven } from '../data/repeat.ts';
import { Note } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { links } from './links.ts';
import { ReplayDialog } from './replay-dialog.tsx';

/** Actions on one mail. Their outcome stays below the buttons until another mail is opened. */
export function MailActions({ detail, reload }: { detail: MailDetail; reload: () => void }) {
  const [said, setSaid] = useState<(Outcome & { id: string }) | null>(null);
  const [comparing, setComparing] = useState(false);
  const redrive = async () => {
    const outcome = await redriven([detail.id]);
    setSaid({ id: detail.id, ...outcome });
    reload();
  };
  return (
    <>
      <div class="row actions">
        {detail.failures.length > 0 && (
          <button class="button primary" type="button" onClick={redrive}>
            <Icon name="repeat" /> Redrive
          </button>
        )}
        {detail.raw !== null && (
          <>
            <button class="button" type="button" onClick={() => setComparing(true)}>
              <Icon name="repeat" /> Replay…
            </button>
            <a class="button" href={links.raw(detail.id)} download>
              <Icon name="download" /> .eml
            </a>
          </>
        )}
      </div>
      {said?.id === detail.id && <Note tone={said.tone}>{said.text}</Note>}
      {comparing && <ReplayDialog id={detail.id} close={() => setComparing(false)} />}
    </>
  );
}
