import type { Balance } from '../../api/api.ts';
import { count } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';

/** Every mail that got a 250 is in exactly one of the other figures: that is what the page can prove. */
export function BalanceLine({ balance }: { balance: Balance }) {
  const { received, parsed, failed, waiting } = balance;
  const balanced = received === parsed + failed + waiting;
  return (
    <p class="balance" aria-live="off">
      <span class={balanced ? 'ok' : 'bad'}>
        <Icon name={balanced ? 'ok' : 'warn'} />
      </span>
      <span>
        <b>{count(received)}</b> accepted
      </span>
      <span class="muted">=</span>
      <span>
        <b>{count(parsed)}</b> parsed
      </span>
      <span class="muted">+</span>
      <span>
        <b>{count(failed)}</b> failed
      </span>
      <span class="muted">+</span>
      <span>
        <b>{count(waiting)}</b> waiting
      </span>
      {!balanced && <b class="bad">These do not add up: run mail-pipeline audit.</b>}
    </p>
  );
}
