import type { Balance } from '../../api/api.ts';
import { count, counted, duration } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';

/** By then the reconciler has run four times. */
const LATE_MS = 3_600_000;

/**
 * Accounts for the mails of the last day. A mail that has waited for an hour has been lost track of.
 *
 * @param at time of the balance, ISO 8601
 */
export function BalanceLine({ balance, at }: { balance: Balance; at: string }) {
  const { received, parsed, failed, waiting, oldestWaitingAt } = balance;
  const waitsMs = oldestWaitingAt === null ? 0 : Date.parse(at) - Date.parse(oldestWaitingAt);
  const late = waitsMs > LATE_MS;
  return (
    <p class="balance" aria-live="off">
      <span class={late ? 'bad' : 'ok'}>
        <Icon name={late ? 'warn' : 'ok'} />
      </span>
      <span>
        <b>{count(received)}</b> accepted in 24 h
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
      {late && (
        <b class="bad">
          {counted(waiting, 'mail')} without an outcome, the oldest for {duration(waitsMs)}: run mail-pipeline audit.
        </b>
      )}
    </p>
  );
}
