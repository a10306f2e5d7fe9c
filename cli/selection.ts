import { isMailId } from '../core/mail/id.ts';
import { mailIdOfRawKey } from '../core/mail/keys.ts';
import { UsageError, wholeNumber } from '../core/terminal/arguments.ts';

/** A mail that a command over many mails can select. */
export interface Selectable {
  id: string;
  raw: { key: string };
}

export const selectionOptions = {
  limit: { type: 'string', value: 'N', about: 'stop after N mails' },
  after: { type: 'string', value: 'ID', about: 'resume after this mail; an interrupted run prints the id' },
} as const;

export interface SelectionValues {
  limit?: string | undefined;
  after?: string | undefined;
}

/** Applies --limit and --after. @throws UsageError when --limit is not a number, or --after not an id */
export function selected<T extends Selectable>(mails: AsyncIterable<T>, values: SelectionValues): AsyncIterable<T> {
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', values.limit, 1);
  const after = values.after?.toUpperCase();
  if (after !== undefined && !isMailId(after))
    throw new UsageError(`--after is "${values.after}": give the id of a mail`);
  return take(mails, limit, after);
}

/**
 * Only mails of the edge arrive in the order of their ids; a resumed run repeats the few others rather than skip them.
 */
export const isOrdered = ({ raw }: Selectable): boolean => mailIdOfRawKey(raw.key) !== null;

async function* take<T extends Selectable>(
  mails: AsyncIterable<T>,
  limit: number,
  after: string | undefined,
): AsyncGenerator<T> {
  let taken = 0;
  for await (const mail of mails) {
    if (after !== undefined && isOrdered(mail) && mail.id <= after) continue;
    yield mail;
    taken += 1;
    if (taken >= limit) return;
  }
}
