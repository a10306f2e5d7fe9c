import type { Answer } from '../../api/api.ts';
import { Icon } from '../parts/icon.tsx';
import { Sent } from './sent.tsx';
import { useSend } from './use-send.ts';

/** The sample mails of the repository, each delivered over SMTP like any other. */
export function Samples({ samples }: Answer<'GET /api/samples'>) {
  const sending = useSend();
  return (
    <section class="card stack">
      <div>
        <h2>Send a sample</h2>
        <p class="muted">Over SMTP to the edge, as a mail server would.</p>
      </div>
      <Sent sending={sending} />
      <ul class="samples">
        {samples.map(({ name, about }) => (
          <li>
            <span>
              <b>{name}</b>
              <span class="muted small">{about}</span>
            </span>
            <button
              class="button"
              type="button"
              disabled={sending.busy}
              onClick={() => sending.send({ kind: 'sample', name })}
            >
              <Icon name="send" /> Send<span class="visually-hidden"> {name}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
