import { useState } from 'preact/hooks';
import type { Faults, Routes } from '../../api/api.ts';
import { CallError, call } from '../data/call.ts';
import type { Loading } from '../data/use-answer.ts';
import { Badge, Note } from '../parts/badge.tsx';
import { useEvery } from '../parts/use-every.ts';

const MODES = [
  { mode: 'well', label: 'Works', about: 'Answers as usual' },
  { mode: 'slow', label: 'Slow', about: 'Each answer takes a second longer' },
  { mode: 'down', label: 'Down', about: 'Does not answer: the edge says 451, and senders retry' },
] as const;

/** Failure injection. The balance above must stay true throughout. */
export function Break({ loaded }: { loaded: Loading<Faults> }) {
  const [changed, setChanged] = useState<Faults | null>(null);
  const [said, setSaid] = useState<{ tone: 'ok' | 'bad'; text: string } | null>(null);
  useEvery(2000, () => {
    setChanged(null);
    loaded.reload();
  });
  const faults = changed ?? loaded.answer;
  const run = async (task: () => Promise<string>) => {
    try {
      setSaid({ tone: 'ok', text: await task() });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      setSaid({ tone: 'bad', text: error.message });
    }
  };
  const inject = (body: Routes['POST /api/faults']['body'], text: string) =>
    run(async () => {
      setChanged(await call('POST /api/faults', { body }));
      return text;
    });
  return (
    <section class="card stack">
      <div>
        <h2>Break things</h2>
        <p class="muted">Then watch the line at the top of this page: every accepted mail stays accounted for.</p>
      </div>
      <div aria-live="polite">{said !== null && <Note tone={said.tone}>{said.text}</Note>}</div>
      <div class="two">
        <fieldset class="stack tight">
          <legend>Store</legend>
          {MODES.map(({ mode, label, about }) => (
            <label class="option">
              <input
                type="radio"
                name="store"
                checked={faults?.store.mode === mode}
                disabled={faults === null}
                onChange={() =>
                  inject({ store: mode === 'slow' ? { mode, delayMs: 1000 } : { mode } }, `The store is now: ${label}.`)
                }
              />
              <span>
                {label}
                <span class="muted small">{about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="stack tight">
          <h3>Functions</h3>
          <ul class="samples">
            {faults?.functions.map(({ name, pids }) => (
              <li>
                <span>
                  <b>{name}</b>
                  <span class="muted small">
                    {pids.length === 0 ? 'not running' : pids.length === 1 ? '1 process' : `${pids.length} processes`}
                  </span>
                </span>
                <button
                  class="button"
                  type="button"
                  disabled={pids.length === 0}
                  onClick={() =>
                    inject({ kill: name }, `${name} was killed. Its messages will be redelivered to another process.`)
                  }
                >
                  Kill<span class="visually-hidden"> {name}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      </div>
      {faults !== null && faults.store.mode !== 'well' && (
        <div>
          <Badge tone="warn">The store is {faults.store.mode}</Badge>
        </div>
      )}
    </section>
  );
}
