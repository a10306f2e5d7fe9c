import { isMailId } from '../core/mail/id.ts';
import { mailIdOfRawKey } from '../core/mail/keys.ts';
import { UsageError, wholeNumber } from '../core/terminal/arguments.ts';

/** A mail as commands over many mails go through them. */
export interface Selectable {
  id: string;
  raw: { key: string };
}

export const selectionOptions = {
  limit: { type: 'string', value: 'N', about: 'stop after N mails' },
  after: { type: 'string', value: 'ID', about: 'go on behind this mail, as an interrupted run advises' },
} as const;

export interface SelectionValues {
  limit?: string | undefined;
  after?: string | undefined;
}

/** Part of the mails. @throws UsageError when --limit is no number, or --after no id */
export function selected<T extends Selectable>(mails: AsyncIterable<T>, values: SelectionValues): AsyncIterable<T> {
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', values.limit, 1);
  const after = values.after?.toUpperCase();
  if (after !== undefined && !isMailId(after))
    throw new UsageError(`--after is "${values.after}": give the id of a mail`);
  return take(mails, limit, after);
}

/** Only mails of the edge come in the order of their ids; the few others are done again rather than left out. */
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
