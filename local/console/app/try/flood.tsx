import { useState } from 'preact/hooks';
import type { FloodState } from '../../api/api.ts';
import { CallError, call } from '../data/call.ts';
import { useAnswer } from '../data/use-answer.ts';
import { Note } from '../parts/badge.tsx';
import { count, counted } from '../parts/format.ts';
import { useEvery } from '../parts/use-every.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Many mails at once, with the outcome of each: sent by the console's server, answered by the edge, confirmed by the
 * queues.
 */
export function Flood() {
  const { answer: flood, reload } = useAnswer('GET /api/flood');
  const [fault, setFault] = useState<string | null>(null);
  useEvery(LOOK_EVERY_MS, () => {
    if (flood !== null && isOpen(flood)) reload();
  });
  const begin = async (mails: number) => {
    try {
      await call('POST /api/flood', { body: { mails } });
      setFault(null);
      reload();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      setFault(error.message);
    }
  };
  return (
    <section class="card stack">
      <div>
        <h2>Flood</h2>
        <p class="muted">
          Delivers many mails at once. Break things in the meantime: no accepted mail is lost. This page does not resend
          mails that the edge defers or rejects; a mail server would retry the deferred ones.
        </p>
      </div>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          begin(Number(new FormData(event.currentTarget).get('mails')));
        }}
      >
        <label class="label">
          Mails, up to 10,000
          <input class="field" type="number" name="mails" min={1} max={10_000} defaultValue={200} required />
        </label>
        <button class="button" type="submit" disabled={flood?.running === true}>
          Deliver them
        </button>
      </form>
      {fault !== null && <Note tone="bad">{fault}</Note>}
      {flood !== null && flood.wanted > 0 && <Account flood={flood} />}
    </section>
  );
}

const sentOf = ({ accepted, deferred, refused }: FloodState): number => accepted + deferred + refused;
const onTheWay = ({ accepted, queued, failed }: FloodState): number => accepted - queued - failed;
const isOpen = (flood: FloodState): boolean => flood.running || onTheWay(flood) !== 0;

/** Counts every mail once per line. Says "Nothing lost" once both lines add up and nothing is in flight. */
function Account({ flood }: { flood: FloodState }) {
  const { wanted, accepted, deferred, refused, queued, failed, lastReply } = flood;
  const sent = sentOf(flood);
  const settled = accepted === 0 ? 0 : queued + failed;
  return (
    <div class="stack tight">
      <label class="label">
        Sent
        <progress max={wanted} value={sent} />
      </label>
      <p class="balance">
        <b>{count(sent)}</b> of {count(wanted)} sent
        <span class="muted">=</span>
        <span>
          <b>{count(accepted)}</b> accepted
        </span>
        <span class="muted">+</span>
        <span>
          <b>{count(deferred)}</b> deferred
        </span>
        <span class="muted">+</span>
        <span>
          <b>{count(refused)}</b> refused
        </span>
      </p>
      <label class="label">
        Through the pipeline
        <progress max={Math.max(1, accepted)} value={settled} />
      </label>
      <p class="balance">
        <b>{count(accepted)}</b> accepted
        <span class="muted">=</span>
        <span>
          <b>{count(queued)}</b> on the queue
        </span>
        <span class="muted">+</span>
        <span>
          <b>{count(failed)}</b> failed
        </span>
        <span class="muted">+</span>
        <span>
          <b>{count(onTheWay(flood))}</b> in flight
        </span>
      </p>
      {lastReply !== null && (
        <p class="muted">
          The last answer that was not 250: <code>{lastReply}</code>
        </p>
      )}
      <div aria-live="polite">
        {!isOpen(flood) && sent === wanted && accepted > 0 && (
          <Note tone="ok">
            Nothing lost: {counted(accepted, 'mail')} accepted, {count(queued)} on the queue, {count(failed)} failed.
          </Note>
        )}
      </div>
    </div>
  );
}
