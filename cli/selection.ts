import { mailIdOfRawKey } from '../core/mail/keys.ts';
import { wholeNumber } from './arguments.ts';

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

/** Part of the mails. @throws UsageError when --limit is no number */
export function selected<T extends Selectable>(mails: AsyncIterable<T>, values: SelectionValues): AsyncIterable<T> {
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--limit', values.limit, 1);
  return take(mails, limit, values.after?.toUpperCase());
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
