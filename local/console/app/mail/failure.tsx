import type { FailureView } from '../../api/api.ts';
import { Note } from '../parts/badge.tsx';
import { counted, fullTime } from '../parts/format.ts';

/** Why a mail failed, and what to try. */
export function FailureNote({ failure }: { failure: FailureView }) {
  const { reason, remedy, retryMayHelp, lastError, attempts, destination, at } = failure;
  return (
    <Note tone="bad">
      <p>
        <b>
          Failed with <code>{reason}</code>
          {destination !== null && (
            <>
              {' '}
              at <bdi class="mono">{destination}</bdi>
            </>
          )}
        </b>{' '}
        <span class="muted small">
          {fullTime(at)}, after {counted(attempts, 'attempt')}
        </span>
      </p>
      <p>
        {remedy} {retryMayHelp ? 'Redrive it: a retry may be enough.' : 'Then redrive it.'}
      </p>
      {lastError !== null && (
        <p class="mono muted">
          <bdi>{lastError}</bdi>
        </p>
      )}
    </Note>
  );
}
