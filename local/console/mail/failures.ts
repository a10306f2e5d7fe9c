import { EVENT_BUS } from '../../../core/outcome/deliveries.ts';
import { type FailedMail, REMEDIES } from '../../../core/outcome/failures.ts';
import type { FailureView } from '../api/api.ts';

/** The remedy for a failure, as a sentence. */
export function remedyOf(reason: string, place: string | null): string {
  const known = REMEDIES[reason];
  if (known !== undefined) return `${known.charAt(0).toUpperCase()}${known.slice(1)}.`;
  if (reason.startsWith('document.')) return 'Replay the mail: this version cannot read its document.';
  if (place === 'enricher')
    return 'The mail was delivered without this result. Replay it when the service has recovered.';
  if (place === 'edge') {
    return reason.startsWith('5')
      ? 'The edge rejected the mail, and the sender knows. The log of the edge gives the reason.'
      : 'Nothing was stored; mail servers retry. The log of the edge gives the reason.';
  }
  if (place === EVENT_BUS) return 'Redrive the mail when the event bus accepts events again.';
  if (place?.startsWith('parsed-mail')) return `Redrive the mail when the queue ${place} accepts messages again.`;
  return 'Redrive the mail when the cause is fixed: a retry may succeed.';
}

/** The node of the flow where a mail failed. */
export function placeOf({ destination, reason }: Pick<FailedMail, 'destination' | 'reason'>): string {
  if (destination !== null) return destination;
  if (reason.startsWith('draft.')) return 'enricher';
  // The object is gone, or something else stored it without our metadata.
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
