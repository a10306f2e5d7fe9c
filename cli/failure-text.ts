import { type FailedMail, REMEDIES } from '../core/outcome/failures.ts';

/** One sentence that says which mail failed, where, why, and what to do. */
export function failureText({ id, destination, revision, reason, lastError, at }: FailedMail): string {
  const where = destination === null ? '' : ` at ${destination}`;
  const which = revision === 1 ? '' : `, revision ${revision}`;
  const remedy = Object.hasOwn(REMEDIES, reason) ? REMEDIES[reason] : undefined;
  const next = remedy ?? `retry it with mail-pipeline redrive ${id}`;
  return `${id} failed${where}${which} at ${at}, ${reason}${lastError === null ? '' : ` (${lastError})`}: ${next}`;
}
