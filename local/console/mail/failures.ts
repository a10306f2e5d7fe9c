import { EVENT_BUS } from '../../../core/outcome/deliveries.ts';
import { type FailedMail, REMEDIES } from '../../../core/outcome/failures.ts';
import type { FailureView } from '../api/api.ts';

/** What to do about a failure, as a sentence. */
export function remedyOf(reason: string, place: string | null): string {
  const known = REMEDIES[reason];
  if (known !== undefined) return `${known.charAt(0).toUpperCase()}${known.slice(1)}.`;
  if (reason.startsWith('document.')) return 'Replay the mail: its document cannot be read by this version.';
  if (place === 'enricher') return 'The mail went out without it. Replay the mail when the service is well again.';
  if (place === 'edge') {
    return reason.startsWith('5')
      ? 'The sender was told that it is not taken. The log of the edge says why.'
      : 'Nothing was stored; mail servers try again. The log of the edge says why.';
  }
  if (place === EVENT_BUS) return 'Redrive the mail when the event bus takes events again.';
  if (place?.startsWith('parsed-mail')) return `Redrive the mail when the queue ${place} takes messages again.`;
  return 'Redrive the mail when the cause is gone: another attempt may succeed.';
}

/** The node of the flow where a mail failed. */
export function placeOf({ destination, reason }: Pick<FailedMail, 'destination' | 'reason'>): string {
  if (destination !== null) return destination;
  if (reason.startsWith('draft.')) return 'enricher';
  // Gone, or put there by something else with metadata that says nothing.
  return reason.startsWith('raw.') ? 'raw' : 'parser';
}

export const failureView = (failure: FailedMail): FailureView => ({
  reason: failure.reason,
  remedy: remedyOf(failure.reason, failure.destination),
  retryMayHelp: REMEDIES[failure.reason] === undefined,
  lastError: failure.lastError,
  attempts: failure.receiveCount,
  revision: failure.revision,
  destination: failure.destination,
  at: failure.at,
});
